namespace YiMaTong.Decode.Decisions;

/// <summary>
/// How far the writer is: what everyone else of the journal sees of it. The writer alone sets it. Invariant: a position
/// is committed only after its record was synced; whoever waits takes the signal before looking, so no change is
/// missed.
/// </summary>
internal sealed class JournalState
{
    private long _committed;
    private long _commits;
    private long _commitSince;
    private bool _hangTold;
    private volatile JournalTrouble _trouble;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Number of decisions that are on the disk.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>Number of commits.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Why nothing can be written now.</summary>
    public JournalTrouble Trouble => _trouble;

    /// <summary>Since when a commit is under way, as a monotonic timestamp; 0 where none is.</summary>
    public long CommitSince => Volatile.Read(ref _commitSince);

    /// <summary>Ends at the next change.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Begins a commit.</summary>
    public void Begin(long now) => Volatile.Write(ref _commitSince, now | 1);

    /// <summary>Ends a commit, whatever came of it.</summary>
    /// <returns>Whether somebody was told that it hangs.</returns>
    public bool End()
    {
        Volatile.Write(ref _commitSince, 0);
        return Interlocked.Exchange(ref _hangTold, false);
    }

    /// <summary>Notes that the commit under way hangs.</summary>
    /// <returns>Whether the caller is the first who is to tell it.</returns>
    public bool TellHang() => !Interlocked.Exchange(ref _hangTold, true);

    /// <summary>Counts decisions as committed.</summary>
    public void Commit(int decisions, bool wake)
    {
        Volatile.Write(ref _committed, _committed + decisions);
        Volatile.Write(ref _commits, _commits + 1);
        if (wake)
        {
            Wake();
        }
    }

    /// <summary>Sets what is wrong.</summary>
    public void Set(JournalTrouble trouble)
    {
        _trouble = trouble;
        Wake();
    }

    private void Wake() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
