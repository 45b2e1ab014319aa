using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Used;

/// <summary>
/// Uses of one kind, in files by generation of time. Invariants: a use is in a file, or waits in memory while the disk
/// refuses, before its user is told; a file goes when all that is in it was used one life ago at least, and what the
/// journal forgets thereby is behind the horizon that it writes before. A file that failed once is not written again.
/// </summary>
/// <param name="name">What its files' names begin with.</param>
/// <param name="folder">Where they are.</param>
/// <param name="life">How long a use is kept at the least.</param>
/// <param name="skewSeconds">How far in the future what is used may have been made.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets changes of state.</param>
/// <param name="notify">Called after each note.</param>
internal sealed class UsedJournal(
    string name, string folder, TimeSpan life, int skewSeconds, TimeProvider time, ILogger logger, Action notify)
    : IUsedJournal, IDisposable
{
    private const int AheadSecondsMax = 3_600;

    private readonly UsedBacklog _backlog = new();
    private readonly List<Closed> _closed = [];
    private UsedFile? _current;
    private UsedFile? _open;
    private long _openedAt;
    private uint _horizon;
    private long _troubleSince;
    private volatile bool _trouble;
    private volatile bool _restored;

    /// <summary>Whether the disk refuses.</summary>
    public bool Trouble => _trouble;

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
        foreach (var file in UsedFileName.Of(folder, name))
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
        if (Volatile.Read(ref _current) is { } file)
        {
            try
            {
                file.Append(record);
                notify();
                return;
            }
            catch (Exception e) when (IsRefusal(e))
            {
                GiveUp(file, e);
            }
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

    // A file may be closed under its writer, at the end of its life or the node's.
    private static bool IsRefusal(Exception e) => DiskFault.Is(e) || e is ObjectDisposedException;

    private long Restore(UsedFileName file, long now, Func<UsedRecord, bool> take)
    {
        var summary = UsedFileReader.Read(file);
        var horizon = summary.Horizon;
        if (summary.Damaged > 0)
        {
            horizon = Math.Max(Math.Max(horizon, summary.NewestMadeAt), WrittenBefore(file, now));
            Damaged += summary.Damaged;
            UsedLog.Damaged(logger, summary.Damaged, Path.GetFileName(file.Path), horizon);
        }

        // A clock that was put forward makes files look old; the horizon keeps what they tell all the same.
        var isOver = now - summary.LastUsedMs > 2 * (long)life.TotalMilliseconds;
        if (isOver)
        {
            horizon = Math.Max(horizon, summary.NewestMadeAt);
        }
        else
        {
            UsedFileReader.Read(file, use => horizon = take(use) ? horizon : Math.Max(horizon, use.MadeAt));
        }

        _horizon = Math.Max(_horizon, horizon);
        _closed.Add(new(file, summary.NewestMadeAt, time.GetTimestamp(), null) { IsOver = isOver });
        return isOver ? 0 : summary.Uses;
    }

    /// <summary>
    /// When the newest of what is damaged may have been made: the file was written last when that was used. A time far
    /// ahead is not believed, or nothing would ever be made later.
    /// </summary>
    private uint WrittenBefore(UsedFileName file, long nowMs)
    {
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(file.Path)).ToUnixTimeSeconds() + skewSeconds;
        return (uint)Math.Clamp(written, 0, (nowMs / 1_000) + AheadSecondsMax);
    }

    /// <summary>Begins a new file, with the horizon and what waits, and puts it in the place of the last.</summary>
    private void Reopen()
    {
        UsedFile? file = null;
        try
        {
            _horizon = Math.Max(_horizon, _backlog.LostUpTo);
            file = UsedFile.Create(UsedFileName.New(folder, name, time.GetUtcNow().ToUnixTimeMilliseconds()));
            if (_horizon > 0)
            {
                file.Append(new(0, 0, 0, _horizon, time.GetUtcNow().ToUnixTimeMilliseconds()));
            }

            _backlog.WriteTo(file);
            file.Sync();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Enter(e);
            Discard(file);
            return;
        }

        var before = _open;
        (_open, _openedAt) = (file, time.GetTimestamp());
        Volatile.Write(ref _current, file);
        Leave();
        if (before is not null)
        {
            _closed.Add(new(before.Name, 0, time.GetTimestamp(), before));
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
            current.Sync();

            // The last file may have got a use from whoever held it when the next one came.
            _closed.ForEach(file => file.Open?.Sync());
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // After a failed sync pages may read back as never written: what they held is behind the horizon.
            _horizon = Math.Max(_horizon, current.NewestMadeAt);
            GiveUp(current, e);
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
        if (Volatile.Read(ref _current) is { } current && _horizon > 0)
        {
            try
            {
                current.Append(new(0, 0, 0, _horizon, time.GetUtcNow().ToUnixTimeMilliseconds()));
                current.Sync();
            }
            catch (Exception e) when (IsRefusal(e))
            {
                GiveUp(current, e);
            }
        }

        foreach (var file in over)
        {
            file.Open?.Dispose();
            _ = _closed.Remove(file);
            TryDelete(file.Name.Path);
        }
    }

    private void GiveUp(UsedFile file, Exception cause)
    {
        if (Interlocked.CompareExchange(ref _current, null, file) == file)
        {
            Enter(cause);
        }
    }

    private void Enter(Exception cause)
    {
        if (!_trouble)
        {
            _troubleSince = time.GetTimestamp();
            UsedLog.CannotWrite(logger, name, $"{cause.GetType().Name} {cause.HResult & 0xFFFF}");
            _trouble = true;
        }
    }

    private void Leave()
    {
        if (_trouble)
        {
            UsedLog.WritesAgain(logger, name, (long)time.GetElapsedTime(_troubleSince).TotalMilliseconds);
            _trouble = false;
        }
    }

    private static void Discard(UsedFile? file)
    {
        if (file is not null)
        {
            file.Dispose();
            TryDelete(file.Name.Path);
        }
    }

    // Best effort: a file that stays is read and dropped at the next start.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return;
        }
    }

    /// <summary>A file that is written no more.</summary>
    private sealed record Closed(UsedFileName Name, uint NewestMadeAt, long At, UsedFile? Open)
    {
        public bool IsOver { get; init; }
    }
}
