namespace YiMaTong.Load.Simulation;

/// <summary>
/// The intended start times of an open load, one after the other. They depend on nothing that happens.
/// </summary>
internal sealed class Schedule(OpenLoad load, long begin, long frequency)
{
    private readonly double _seconds = load.During.TotalSeconds;
    private readonly long _total = (long)load.Starts;
    private readonly Random _random = new(20_260_916);
    private double _randomAt;

    /// <summary>Starts handed out so far.</summary>
    public long Count { get; private set; }

    /// <summary>Whether another start is left.</summary>
    public bool TryNext(out long intended)
    {
        var at = load.Random ? NextRandom() : At(Count);
        intended = begin + (long)(at * frequency);
        if (load.Random ? at >= _seconds : Count >= _total)
        {
            return false;
        }

        Count++;
        return true;
    }

    /// <summary>Second at which start n is due: the rate's integral, solved for time.</summary>
    private double At(long n)
    {
        var slope = (load.To - load.From) / _seconds;
        return Math.Abs(slope) < 1e-9
            ? n / load.From
            : (Math.Sqrt((load.From * load.From) + (2 * slope * n)) - load.From) / slope;
    }

    private double NextRandom() => _randomAt += -Math.Log(1 - _random.NextDouble()) / load.From;
}
