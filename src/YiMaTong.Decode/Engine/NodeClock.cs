using Microsoft.Extensions.Options;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// The node's clock, and what it would show had nobody set it back. A clock that is set forward is followed at once.
/// One that is set back is not believed for as long as anything is remembered: it would make old codes and requests new
/// again, and what other nodes did with them is forgotten by then (ADR 20). Thread-safe; while the clock goes on, a
/// look costs two reads, takes no lock and allocates nothing.
/// </summary>
/// <remarks>
/// The line is the highest difference between the clock and the monotonic one, which nobody sets. Invariants:
/// <list type="bullet">
/// <item>All fields are written under the lock. Looks without it read each of them once and go on only where the clock
/// is on the line and was found on it before.</item>
/// <item>The line falls only after the clock was behind it for a whole memory, and then no further than to the highest
/// that was seen in that time: of several steps back each is doubted for a whole memory.</item>
/// </list>
/// </remarks>
internal sealed class NodeClock : IDisposable
{
    // What small corrections amount to. The tolerated skew is not for this: the clock may have been behind issuing's by
    // all of it before.
    private const long ToleranceMs = 1_000;

    // So that doubt begins and ends with the step, however seldom somebody scans.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _changing = new();
    private readonly ITimer _looks;
    private readonly long _start;
    private readonly double _msPerTick;
    private readonly long _memoryMs;
    private long _line;
    private volatile bool _behind;
    private long _since;
    private long _highest;

    /// <summary>Believes the clock as it is at the start.</summary>
    public NodeClock(IOptions<DecodeOptions> options, TimeProvider time, ILogger<NodeClock> logger)
    {
        var settings = options.Value;
        (_time, _logger, _start) = (time, logger, time.GetTimestamp());
        _msPerTick = 1_000.0 / time.TimestampFrequency;
        _memoryMs = 1_000L * Math.Max(settings.SingleUseLifeSeconds, 2 * settings.RequestWindowSeconds);
        _line = Read(out _).UtcMs;
        _looks = time.CreateTimer(static clock => ((NodeClock)clock!).Now(), this, LookEvery, LookEvery);
    }

    /// <summary>What both clocks show now.</summary>
    public Moment Now()
    {
        var now = Read(out var steadyMs);
        var behindMs = Volatile.Read(ref _line) - (now.UtcMs - steadyMs);
        return behindMs is >= 0 and <= ToleranceMs && !_behind ? now : LookAgain();
    }

    /// <summary>
    /// Hears of a genuine code that is fresh by what the clock would show, and not made yet by what it shows: whoever
    /// mints has the time that this clock had before, so the doubt begins anew.
    /// </summary>
    public void Contradict()
    {
        lock (_changing)
        {
            var now = Read(out var steadyMs);
            (_since, _highest) = (steadyMs, now.UtcMs - steadyMs);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _looks.Dispose();

    private Moment LookAgain()
    {
        lock (_changing)
        {
            // Read anew: a thread that was held between its two clocks saw a step that there was not.
            var now = Read(out var steadyMs);
            var difference = now.UtcMs - steadyMs;
            _line = Math.Max(_line, difference);
            if (_line - difference <= ToleranceMs)
            {
                _behind = false;
                return now;
            }

            Doubt(steadyMs, difference);
            return _line - difference <= ToleranceMs ? now : now with { LatestMs = steadyMs + _line };
        }
    }

    private void Doubt(long steadyMs, long difference)
    {
        if (!_behind)
        {
            (_behind, _since, _highest) = (true, steadyMs, difference);
            Log.ClockSetBack(_logger, _line - difference);
            return;
        }

        _highest = Math.Max(_highest, difference);
        if (steadyMs - _since >= _memoryMs)
        {
            (_line, _since, _highest) = (_highest, steadyMs, difference);
            _behind = _line - difference > ToleranceMs;
            if (!_behind)
            {
                Log.ClockBelieved(_logger);
            }
        }
    }

    // The clock that may be set comes first: where the thread is held in between, it seems behind and never ahead.
    private Moment Read(out long steadyMs)
    {
        var utcMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var at = _time.GetTimestamp();
        steadyMs = (long)Math.Round((at - _start) * _msPerTick);
        return new(at, utcMs, utcMs);
    }
}
