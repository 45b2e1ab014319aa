namespace YiMaTong.Decode.Used;

/// <summary>
/// Uses of one kind, in files by generation of time. Invariants: a use is in a file, or waits in memory while the disk
/// refuses, before its user is told; what waits does so until a file with it is synced and is the journal's; a file
/// goes when all that is in it was used one life ago at least, and what the journal forgets thereby is behind the
/// horizon that it writes before. A file that failed once is not written again, and what its failed sync may have taken
/// is behind the horizon of the next.
/// </summary>
/// <param name="name">What its files' names begin with.</param>
/// <param name="disk">Where they are.</param>
/// <param name="life">How long a use is kept at the least.</param>
/// <param name="aheadSeconds">How far in the future what is used may have been made, as it says itself.</param>
/// <param name="ranBefore">Whether the node has run in this folder: then a journal without a file was lost.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets changes of state.</param>
/// <param name="notify">Called after each note.</param>
internal sealed class UsedJournal(
    string name, UsedDisk disk, TimeSpan life, int aheadSeconds, bool ranBefore, TimeProvider time, ILogger logger,
    Action notify) : IUsedJournal, IDisposable
{
    private readonly UsedBacklog _backlog = new();
    private readonly List<ClosedFile> _closed = [];
    private readonly UsedAlarm _alarm = new(name, time, logger);
    private UsedFile? _current;
    private UsedFile? _open;
    private long _openedAt;
    private uint _horizon;
    private uint _writtenHorizon;
    private bool _refusesFiles;
    private volatile bool _restored;

    /// <summary>Whether the disk refuses or hangs, or uses wait that a killed process would lose.</summary>
    public bool Trouble => _alarm.IsOn || _backlog.Any;

    /// <summary>Whether the disk refused the last file that was begun: only then a pause is due.</summary>
    public bool RefusesFiles => Volatile.Read(ref _refusesFiles);

    /// <summary>Uses that wait in memory.</summary>
    public int Waiting => _backlog.Count;

    /// <summary>Uses that neither the disk nor the memory for such times took, since the start.</summary>
    public long Lost => _backlog.Lost;

    /// <summary>Slots found damaged at the start.</summary>
    public long Damaged { get; private set; }

    /// <summary>Whether there is something to sync or to write.</summary>
    public bool IsBusy => _backlog.Any || Volatile.Read(ref _current) is { IsUnsynced: true };

    /// <inheritdoc />
    public uint Restore(Func<UsedRecord, bool> take)
    {
        var (uses, now) = (0L, time.GetUtcNow().ToUnixTimeMilliseconds());
        var files = UsedFileName.Of(disk.Folder, name);
        if (files.Count == 0 && ranBefore)
        {
            _horizon = (uint)((now / 1_000) + aheadSeconds);
            UsedLog.Missing(logger, name, _horizon);
        }

        foreach (var file in files)
        {
            uses += Restore(file, now, take);
        }

        Reopen();
        _restored = true;
        if (uses > 0)
        {
            UsedLog.Restored(logger, uses, name);
        }

        return _horizon;
    }

    /// <inheritdoc />
    public void Note(in UsedRecord record)
    {
        if (Volatile.Read(ref _current) is { } file && TryAppend(file, record))
        {
            notify();
            return;
        }

        if (!_backlog.Keep(record))
        {
            UsedLog.Losing(logger, name);
        }

        notify();
    }

    /// <summary>Syncs, writes what waits, begins the next file, drops old ones. For one thread at a time.</summary>
    public void Tend()
    {
        if (!_restored)
        {
            return;
        }

        if (Volatile.Read(ref _current) is not { } current
            || (current.NewestMadeAt != 0 && time.GetElapsedTime(_openedAt) >= life))
        {
            Reopen();
        }

        Sync();
        DropOld();
    }

    /// <summary>Syncs and closes.</summary>
    public void Dispose()
    {
        Tend();
        Volatile.Write(ref _current, null);
        _open?.Dispose();
        _open = null;
        _closed.ForEach(file => file.Open?.Dispose());
        _closed.Clear();
    }

    private bool TryAppend(UsedFile file, in UsedRecord record)
    {
        if (!disk.Turns.TryEnter(out var turn))
        {
            _alarm.Enter("the disk holds a write", isHeld: true);
            return false;
        }

        try
        {
            file.Append(record);
            return true;
        }
        catch (Exception e) when (UsedFile.Refuses(e))
        {
            GiveUp(file, e);
            return false;
        }
        finally
        {
            disk.Turns.Leave(turn);
        }
    }

    private long Restore(UsedFileName file, long now, Func<UsedRecord, bool> take)
    {
        var restored = UsedRestore.From(file, now, life, aheadSeconds, take);
        var summary = restored.Summary;
        if (summary.Damaged > 0)
        {
            Damaged += summary.Damaged;
            UsedLog.Damaged(logger, summary.Damaged, Path.GetFileName(file.Path), restored.Horizon);
        }

        _horizon = Math.Max(_horizon, restored.Horizon);
        _closed.Add(new(file, summary.NewestMadeAt, time.GetTimestamp(), null) { IsOver = restored.IsOver });
        return restored.IsOver ? 0 : summary.Uses;
    }

    /// <summary>Begins a new file, with the horizon and what waits, and puts it in the place of the last.</summary>
    private void Reopen()
    {
        UsedFile? file = null;
        var writtenBefore = _writtenHorizon;
        try
        {
            file = UsedFile.Create(
                UsedFileName.New(disk.Folder, name, time.GetUtcNow().ToUnixTimeMilliseconds()), disk);
            _writtenHorizon = 0;
            WriteHorizon(file);
            _backlog.WriteTo(file);
            WriteHorizon(file);
            file.Sync();
            disk.SyncNames();
        }
        catch (Exception e) when (UsedFile.Refuses(e))
        {
            Volatile.Write(ref _refusesFiles, true);
            _alarm.Enter(UsedFile.Text(e), isHeld: false);
            file?.Dispose();
            file?.Name.TryDelete();

            // The last file, where it is still written, lacks the horizon that went with this one.
            _writtenHorizon = writtenBefore;
            return;
        }

        Volatile.Write(ref _refusesFiles, false);
        var before = _open;
        (_open, _openedAt) = (file, time.GetTimestamp());

        // In this order: a scan that the new file refuses at once raises the alarm anew, and what waited counts until
        // the file is there.
        _alarm.Leave();
        Volatile.Write(ref _current, file);
        _backlog.Written();
        if (before is not null)
        {
            _closed.Add(new(before.Name, 0, time.GetTimestamp(), before));
        }
    }

    /// <summary>
    /// Writes the horizon where it has risen: also after what waited was written, for more may have been lost while
    /// that took its time.
    /// </summary>
    private void WriteHorizon(UsedFile file)
    {
        _horizon = Math.Max(_horizon, _backlog.LostUpTo);
        if (_horizon > _writtenHorizon)
        {
            file.Append(new(0, 0, 0, _horizon, time.GetUtcNow().ToUnixTimeMilliseconds()));
            _writtenHorizon = _horizon;
        }
    }

    private void Sync()
    {
        if (Volatile.Read(ref _current) is not { } current)
        {
            return;
        }

        try
        {
            _backlog.WriteTo(current);
            WriteHorizon(current);
            current.Sync();
            _backlog.Written();

            // The last file may have got a use from whoever held it when the next one came.
            _closed.ForEach(file => file.Open?.Sync());
            if (_alarm.IsHeld && !_backlog.Any && !disk.Turns.Held)
            {
                _alarm.Leave();
            }
        }
        catch (Exception e) when (UsedFile.Refuses(e))
        {
            GiveUpUnsynced(current, e);
        }
    }

    private void DropOld()
    {
        var over = _closed.FindAll(file => file.IsOver || time.GetElapsedTime(file.At) >= life);
        if (over.Count == 0)
        {
            return;
        }

        // What goes is behind a horizon on the disk first. Where the disk refuses that too, room matters more.
        _horizon = Math.Max(_horizon, over.Max(file => Math.Max(file.NewestMadeAt, file.Open?.NewestMadeAt ?? 0)));
        if (Volatile.Read(ref _current) is { } current)
        {
            try
            {
                WriteHorizon(current);
                current.Sync();
            }
            catch (Exception e) when (UsedFile.Refuses(e))
            {
                GiveUpUnsynced(current, e);
            }
        }

        foreach (var file in over)
        {
            file.Open?.Dispose();
            _ = _closed.Remove(file);
            file.Name.TryDelete();
        }
    }

    // After a failed sync pages may read back as never written: what they held is behind the horizon, whichever of the
    // files it was.
    private void GiveUpUnsynced(UsedFile current, Exception cause)
    {
        _closed.ForEach(file => _horizon = Math.Max(_horizon, file.Open?.NewestMadeAt ?? 0));
        _horizon = Math.Max(_horizon, current.NewestMadeAt);
        GiveUp(current, cause);
    }

    private void GiveUp(UsedFile file, Exception cause)
    {
        if (Interlocked.CompareExchange(ref _current, null, file) == file)
        {
            _alarm.Enter(UsedFile.Text(cause), isHeld: false);
        }
    }
}
