namespace YiMaTong.Decode.Load;

/// <summary>
/// A rate with a burst, as a token bucket whose whole state is one number: the time at which the bucket will be full
/// again. Thread-safe on any number of states without a lock; no timer fills anything.
/// </summary>
internal sealed class RateLimit
{
    private readonly TimeProvider _time;
    private readonly long _cost;
    private readonly long _depth;

    /// <summary>Makes a limit.</summary>
    /// <param name="perSecond">Tokens a second, above 0; 0 for no limit.</param>
    /// <param name="burst">Tokens in a full bucket, at least 1.</param>
    /// <param name="time">The clock.</param>
    public RateLimit(double perSecond, double burst, TimeProvider time)
    {
        _time = time;
        _cost = perSecond <= 0 ? 0 : Math.Max(1, (long)(time.TimestampFrequency / perSecond));
        _depth = (long)(_cost * burst);
    }

    /// <summary>Takes tokens where there are enough.</summary>
    /// <param name="fullAt">The bucket, 0 for a full one.</param>
    /// <param name="tokens">How many, at least 1. More than the burst are never granted.</param>
    public bool TryTake(ref long fullAt, int tokens = 1) => TryTake(ref fullAt, _time.GetTimestamp(), tokens);

    /// <summary>As above, for a caller that knows the time.</summary>
    /// <param name="fullAt">The bucket, 0 for a full one.</param>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="tokens">How many, at least 1.</param>
    public bool TryTake(ref long fullAt, long now, int tokens)
    {
        if (_cost == 0)
        {
            return true;
        }

        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            var after = Math.Max(seen, now) + (_cost * tokens);
            if (after - now > _depth)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref fullAt, after, seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>How long until tokens that were refused are there.</summary>
    /// <param name="fullAt">The bucket.</param>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="tokens">How many, at least 1.</param>
    /// <returns>Ticks of the clock; 0 where they are there, or never will be because the burst is smaller.</returns>
    public long WaitFor(ref long fullAt, long now, int tokens)
    {
        var cost = _cost * tokens;
        return cost > _depth ? 0 : Math.Max(0, Math.Max(Volatile.Read(ref fullAt), now) + cost - now - _depth);
    }

    /// <summary>Whether a token is there, without taking it.</summary>
    /// <param name="fullAt">The bucket.</param>
    /// <param name="now">The clock's timestamp.</param>
    public bool HasToken(ref long fullAt, long now) =>
        _cost == 0 || Math.Max(Volatile.Read(ref fullAt), now) + _cost - now <= _depth;

    /// <summary>Takes a token whether or not there is one, down to an empty bucket.</summary>
    /// <param name="fullAt">The bucket.</param>
    /// <param name="now">The clock's timestamp.</param>
    public void Charge(ref long fullAt, long now)
    {
        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            var after = Math.Min(Math.Max(seen, now) + _cost, now + _depth);
            if (Interlocked.CompareExchange(ref fullAt, after, seen) == seen)
            {
                return;
            }
        }
    }
}
