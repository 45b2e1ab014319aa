using System.Collections.Concurrent;

namespace YiMaTong.Issuing.Minting;

/// <summary>
/// A rate limit per key, as a generic cell rate algorithm: of each key one instant is kept, the time at which its
/// bucket is full again. Keys whose bucket is full are forgotten, so memory follows the keys of the last moments.
/// Thread-safe.
/// </summary>
/// <param name="perSecond">Sustained rate, above 0.</param>
/// <param name="burst">How many may come at once, at least 1.</param>
/// <param name="time">The clock.</param>
internal sealed class KeyedLimiter(double perSecond, int burst, TimeProvider time)
{
    // Sweeping costs one pass over the keys; at this many it is some milliseconds.
    internal const int SweepEvery = 65_536;

    private readonly ConcurrentDictionary<long, long> _fullAt = new();
    private readonly long _step = Math.Max(1, (long)(TimeSpan.TicksPerSecond / perSecond));
    private uint _calls;

    /// <summary>Keys that are kept; for tests of the bound.</summary>
    internal int Count => _fullAt.Count;

    /// <summary>Takes one; false where the key has none left.</summary>
    public bool TryTake(long key)
    {
        var now = time.GetUtcNow().UtcTicks;
        if (Interlocked.Increment(ref _calls) % SweepEvery == 0)
        {
            Sweep(now);
        }

        while (true)
        {
            var known = _fullAt.TryGetValue(key, out var fullAt);
            var next = Math.Max(fullAt, now) + _step;
            if (next - now > _step * burst)
            {
                return false;
            }

            if (known ? _fullAt.TryUpdate(key, next, fullAt) : _fullAt.TryAdd(key, next))
            {
                return true;
            }
        }
    }

    private void Sweep(long now)
    {
        foreach (var entry in _fullAt)
        {
            if (entry.Value <= now)
            {
                _fullAt.TryRemove(entry);
            }
        }
    }
}
