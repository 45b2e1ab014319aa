using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace YiMaTong.Decode.Standard;

/// <summary>
/// What each merchant has of the room for seen requests. Without it one merchant could fill the room, and every other
/// one's requests would wait until generations are dropped, which takes minutes. Counted by the same generations as the
/// room itself, so a merchant is never thought to hold less than it does. Memory follows the merchants that proved to
/// be one. Thread-safe.
/// </summary>
internal sealed class RequestShares
{
    private readonly ConcurrentDictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly TimeSpan _generation;
    private readonly long _start;
    private readonly int _most;

    /// <summary>Makes empty shares.</summary>
    public RequestShares(IOptions<DecodeOptions> options, TimeProvider time, IMeterFactory meters)
    {
        var settings = options.Value;
        (_time, _start) = (time, time.GetTimestamp());
        _generation = TimeSpan.FromSeconds(2 * settings.RequestWindowSeconds);
        _most = (int)Math.Max(1, (long)settings.RequestCapacity * settings.RequestSharePercent / 100);
        meters.Create(DecodeMetrics.MeterName).CreateObservableGauge(
            "yimatong.decode.requests.share", () => (double)Largest() / _most, "1",
            "How much of its share of remembered requests the merchant with the most has used.");
    }

    /// <summary>Takes room for one request.</summary>
    /// <param name="merchantId">A merchant whose signature was verified.</param>
    /// <returns>False where its share is spent.</returns>
    public bool TryTake(string merchantId)
    {
        var share = _shares.GetOrAdd(merchantId, static _ => new Share());
        lock (share)
        {
            share.Move(Generation());
            if (share.Count >= _most)
            {
                return false;
            }

            share.Now++;
            return true;
        }
    }

    /// <summary>Gives back what was taken for a request that needed no room.</summary>
    public void Return(string merchantId)
    {
        if (_shares.TryGetValue(merchantId, out var share))
        {
            lock (share)
            {
                share.Now = Math.Max(0, share.Now - 1);
            }
        }
    }

    private long Generation() => _time.GetElapsedTime(_start).Ticks / _generation.Ticks;

    private int Largest()
    {
        var largest = 0;
        foreach (var (_, share) in _shares)
        {
            lock (share)
            {
                share.Move(Generation());
                largest = Math.Max(largest, share.Count);
            }
        }

        return largest;
    }

    private sealed class Share
    {
        private long _generation;
        private int _before;

        public int Now { get; set; }

        public int Count => _before + Now;

        public void Move(long generation)
        {
            if (generation > _generation)
            {
                _before = generation == _generation + 1 ? Now : 0;
                (Now, _generation) = (0, generation);
            }
        }
    }
}
