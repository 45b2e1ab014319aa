namespace YiMaTong.Decode.Load;

/// <summary>
/// How much must be refused for the queue to stay short: 0 for nothing, 3 for almost everything. One step a hundredth
/// of a second. Only a queue that never came below its target within a step counts: a burst that drains is no
/// overload. It rises by how far the queue is beyond its target, and falls evenly, from everything to nothing in a
/// second and a half. Thread-safe; of many callers one makes the step.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="targetDelayMs">Milliseconds that work may wait.</param>
internal sealed class Pressure(TimeProvider time, int targetDelayMs)
{
    /// <summary>The largest pressure: one for each class of calls.</summary>
    public const double Most = 3;

    private const double Fall = 0.02;
    private const double Rise = 0.1;
    private const long QuietSteps = 10;
    private readonly long _step = time.TimestampFrequency / 100;
    private readonly long _target = time.TimestampFrequency * targetDelayMs / 1000;
    private double _value;
    private long _least = long.MaxValue;
    private long _nextAt = time.GetTimestamp();

    /// <summary>The pressure, 0 to 3.</summary>
    public double Value => At(time.GetTimestamp());

    /// <summary>
    /// The pressure at a time: without calls it falls, after a tenth of a second, as it does with them.
    /// </summary>
    /// <param name="now">The clock's timestamp.</param>
    public double At(long now)
    {
        var value = Volatile.Read(ref _value);
        var quiet = ((now - Volatile.Read(ref _nextAt)) / _step) - QuietSteps;
        return value > 0 && quiet > 0 ? Math.Max(0, value - (Fall * quiet)) : value;
    }

    /// <summary>Hears of a delay.</summary>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="delay">The delay, in the clock's ticks.</param>
    public void Observe(long now, long delay)
    {
        if (delay < Volatile.Read(ref _least))
        {
            // Of two at the same moment the larger may win: that step then rises where it need not, by one step.
            Volatile.Write(ref _least, delay);
        }

        var next = Volatile.Read(ref _nextAt);
        if (now < next || Interlocked.CompareExchange(ref _nextAt, now + _step, next) != next)
        {
            return;
        }

        var least = Interlocked.Exchange(ref _least, long.MaxValue);
        var excess = ((double)least / _target) - 1;
        // What a probe waited, the steps before it waited too, though no call was there to make them; of the others
        // nothing is known but that they were quiet. One long wait alone, as for the garbage collector, adds at most
        // one.
        var skipped = (now - next) / _step;
        Volatile.Write(ref _value, excess > 0
            ? Math.Min(Most, _value + Math.Min(1, Rise * Math.Min(excess, 4) * (1 + Math.Min(skipped, least / _step))))
            : Math.Max(0, _value - (Fall * (1 + skipped))));
    }
}
