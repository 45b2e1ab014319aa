using System.Collections.Concurrent;

namespace YiMaTong.Decode.Used;

/// <summary>
/// Uses that wait in memory while the disk refuses. Invariants: a use is here until the file that it was written to is
/// synced and is the journal's; each is written once to a file. Bounded: of what finds no room, the latest time at
/// which it was made is left. Thread-safe but for <see cref="WriteTo"/> and <see cref="Written"/>, which are for one
/// thread at a time.
/// </summary>
internal sealed class UsedBacklog
{
    /// <summary>Most that wait for a write, and most that wait for the sync of what was written: 5 MiB each.</summary>
    public const int Max = 65_536;

    private readonly ConcurrentQueue<UsedRecord> _waiting = new();

    // Written to a file that may still come to nothing. Scans have the room of these back meanwhile.
    private readonly List<UsedRecord> _unproven = [];
    private UsedFile? _file;
    private int _inFile;
    private int _count;
    private int _unprovenCount;
    private uint _lostUpTo;
    private long _lost;

    /// <summary>Whether any wait.</summary>
    public bool Any => !_waiting.IsEmpty || Volatile.Read(ref _unprovenCount) != 0;

    /// <summary>Uses that wait.</summary>
    public int Count => Volatile.Read(ref _count) + Volatile.Read(ref _unprovenCount);

    /// <summary>Uses that found no room.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>When the newest thing was made whose use found no room; 0 where all did.</summary>
    public uint LostUpTo => Volatile.Read(ref _lostUpTo);

    /// <summary>Has a use wait.</summary>
    /// <returns>False where it is the first that finds no room.</returns>
    public bool Keep(in UsedRecord record)
    {
        if (Interlocked.Increment(ref _count) <= Max)
        {
            _waiting.Enqueue(record);
            return true;
        }

        Interlocked.Decrement(ref _count);
        Latest.Raise(ref _lostUpTo, record.MadeAt);
        return Interlocked.Increment(ref _lost) != 1;
    }

    /// <summary>
    /// Writes what waits, beginning with what was written to another file. All of it goes on waiting until
    /// <see cref="Written"/>.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteTo(UsedFile file)
    {
        if (_file != file)
        {
            (_file, _inFile) = (file, 0);
        }

        for (; _inFile < _unproven.Count; _inFile++)
        {
            file.Append(_unproven[_inFile]);
        }

        while (_unproven.Count < Max && _waiting.TryPeek(out var record))
        {
            file.Append(record);

            // It counts here before it goes there, so that nobody ever sees none waiting.
            _unproven.Add(record);
            Volatile.Write(ref _unprovenCount, ++_inFile);
            _ = _waiting.TryDequeue(out _);
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Forgets what <see cref="WriteTo"/> wrote to the journal's file, which was synced since.</summary>
    public void Written()
    {
        _unproven.Clear();
        _unproven.TrimExcess();
        (_file, _inFile) = (null, 0);
        Volatile.Write(ref _unprovenCount, 0);
    }
}
