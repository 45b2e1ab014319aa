namespace YiMaTong.Load.Simulation;

/// <summary>
/// How load is put on for a time, in NBomber's words. KeepConstant and RampingConstant are closed: so many copies, each
/// starting its next call when its last is answered; they measure throughput. Inject, RampingInject and InjectRandom
/// are open: calls start at their times whether or not others were answered; they measure latency.
/// </summary>
internal abstract record LoadSimulation(TimeSpan During)
{
    /// <summary>So many calls under way at all times.</summary>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new ClosedLoad(copies, copies, during);

    /// <summary>Calls under way rise or fall evenly.</summary>
    public static LoadSimulation RampingConstant(int from, int to, TimeSpan during) => new ClosedLoad(from, to, during);

    /// <summary>Calls start evenly spaced.</summary>
    /// <param name="rate">Calls a second.</param>
    /// <param name="during">For how long.</param>
    public static LoadSimulation Inject(double rate, TimeSpan during) => new OpenLoad(rate, rate, during);

    /// <summary>Calls start at a rate that rises or falls evenly.</summary>
    public static LoadSimulation RampingInject(double from, double to, TimeSpan during) =>
        new OpenLoad(from, to, during);

    /// <summary>Calls start at random, independently of each other (Poisson).</summary>
    public static LoadSimulation InjectRandom(double rate, TimeSpan during) =>
        new OpenLoad(rate, rate, during) { Random = true };

    /// <summary>Nothing starts.</summary>
    public static LoadSimulation Pause(TimeSpan during) => new OpenLoad(0, 0, during);

    /// <summary>
    /// Reads "inject:20000:60s", "ramping_inject:1000:20000:30s", "keep_constant:64:10s", "pause:5s" and their like.
    /// </summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static LoadSimulation Parse(string text)
    {
        var parts = text.Split(':');
        var during = parts[^1].EndsWith('s') && double.TryParse(parts[^1][..^1], out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"a load simulation ends in its seconds, as 60s: {text}");
        var numbers = parts[1..^1].Select(double.Parse).ToArray();
        return (parts[0], numbers) switch
        {
            ("keep_constant", [var copies]) => KeepConstant((int)copies, during),
            ("ramping_constant", [var from, var to]) => RampingConstant((int)from, (int)to, during),
            ("inject", [var rate]) => Inject(rate, during),
            ("inject_random", [var rate]) => InjectRandom(rate, during),
            ("ramping_inject", [var from, var to]) => RampingInject(from, to, during),
            ("pause", []) => Pause(during),
            _ => throw new FormatException($"no load simulation: {text}"),
        };
    }
}

/// <summary>A number of calls under way, from start to end of the time.</summary>
internal sealed record ClosedLoad(int From, int To, TimeSpan During) : LoadSimulation(During)
{
    /// <summary>Calls under way after a part of the time, 0 to 1.</summary>
    public int Copies(double part) => (int)Math.Round(From + ((To - From) * part));

    public override string ToString() => From == To
        ? $"keep_constant:{From}:{During.TotalSeconds}s"
        : $"ramping_constant:{From}:{To}:{During.TotalSeconds}s";
}

/// <summary>A rate of starts, from start to end of the time.</summary>
internal sealed record OpenLoad(double From, double To, TimeSpan During) : LoadSimulation(During)
{
    /// <summary>Whether starts are independent of each other.</summary>
    public bool Random { get; init; }

    /// <summary>Starts in the whole time.</summary>
    public double Starts => (From + To) / 2 * During.TotalSeconds;

    public override string ToString() => From <= 0 && To <= 0 ? $"pause:{During.TotalSeconds}s"
        : From < To || To < From ? $"ramping_inject:{From:0}:{To:0}:{During.TotalSeconds}s"
        : $"{(Random ? "inject_random" : "inject")}:{From:0}:{During.TotalSeconds}s";
}
