namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Tells a clock that runs from one that has jumped, by a clock that nobody sets. What cannot be made good again, such
/// as the destruction of a key that is over, waits for a clock that has run steadily for a day since its last jump. For
/// one caller at a time.
/// </summary>
internal sealed class ClockWatch(TimeProvider time, ILogger<ClockWatch> log)
{
    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);
    private static readonly TimeSpan DownMax = TimeSpan.FromDays(7);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromDays(1);

    private (DateTimeOffset Clock, long Steady) _last = (time.GetUtcNow(), time.GetTimestamp());
    private long? _jumpedAt;

    /// <summary>Looks at the clock for the first time.</summary>
    /// <param name="lastKnown">Second of the Unix epoch at which something was last signed; 0 for never.</param>
    public void Start(uint lastKnown)
    {
        _last = (time.GetUtcNow(), time.GetTimestamp());
        var down = _last.Clock - DateTimeOffset.FromUnixTimeSeconds(lastKnown);
        if (lastKnown != 0 && (down > DownMax || down < -Jump))
        {
            Note(down);
        }
    }

    /// <summary>Looks at the clock, and tells whether what it says may be acted on for good.</summary>
    public bool IsSteady()
    {
        var now = (Clock: time.GetUtcNow(), Steady: time.GetTimestamp());
        var ahead = now.Clock - _last.Clock - time.GetElapsedTime(_last.Steady, now.Steady);
        _last = now;
        if (ahead.Duration() > Jump)
        {
            Note(ahead);
        }
        else if (_jumpedAt is { } at && time.GetElapsedTime(at, now.Steady) >= SteadyAfter)
        {
            _jumpedAt = null;
        }

        return _jumpedAt is null;
    }

    private void Note(TimeSpan ahead)
    {
        _jumpedAt = _last.Steady;
        log.ClockJumped((long)ahead.TotalSeconds);
    }
}
