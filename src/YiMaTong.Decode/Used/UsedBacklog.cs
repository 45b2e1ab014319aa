using System.Collections.Concurrent;

namespace YiMaTong.Decode.Used;

/// <summary>
/// Uses that wait in memory while the disk refuses. Bounded: of what finds no room, the latest time at which it was
/// made is left. Thread-safe but for <see cref="WriteTo"/>, which is for one thread at a time.
/// </summary>
internal sealed class UsedBacklog
{
    /// <summary>Most that wait: 5 MiB.</summary>
    public const int Max = 65_536;

    private readonly ConcurrentQueue<UsedRecord> _waiting = new();
    private int _count;
    private uint _lostUpTo;
    private long _lost;

    /// <summary>Whether any wait.</summary>
    public bool Any => !_waiting.IsEmpty;

    /// <summary>Uses that wait.</summary>
    public int Count => Volatile.Read(ref _count);

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

    /// <summary>Writes what waits; what the disk does not take goes on waiting.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteTo(UsedFile file)
    {
        while (_waiting.TryPeek(out var record))
        {
            file.Append(record);
            _ = _waiting.TryDequeue(out _);
            Interlocked.Decrement(ref _count);
        }
    }
}
