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
    private volatile JournalTrouble _trouble;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Number of decisions that are on the disk.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>Number of commits.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Why nothing can be written now.</summary>
    public JournalTrouble Trouble => _trouble;

    /// <summary>Ends at the next change.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

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
