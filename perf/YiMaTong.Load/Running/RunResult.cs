namespace YiMaTong.Load.Running;

/// <summary>What a run measured.</summary>
internal sealed record RunResult
{
    /// <summary>The scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>The load, in the words of LoadSimulation.</summary>
    public required IReadOnlyList<string> Simulations { get; init; }

    /// <summary>Seconds from the first start to the last answer.</summary>
    public required double Seconds { get; init; }

    /// <summary>Starts that the open load asked for; 0 in a closed one.</summary>
    public required long Offered { get; init; }

    /// <summary>Calls answered in any way.</summary>
    public required long Answered { get; init; }

    /// <summary>Right answers.</summary>
    public required long Good { get; init; }

    /// <summary>Refusals: RESOURCE_EXHAUSTED, 429, 503, PY1998, PY1008.</summary>
    public required long Refused { get; init; }

    /// <summary>Answers that the city contradicts. One is one too many.</summary>
    public required long Wrong { get; init; }

    /// <summary>Calls that the transport failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Starts given up unsent, because no connection took them in time.</summary>
    public required long Unsent { get; init; }

    /// <summary>Right calls a second.</summary>
    public required double GoodPerSecond { get; init; }

    /// <summary>Codes decoded rightly a second.</summary>
    public required double CodesPerSecond { get; init; }

    /// <summary>Mean length of a right answer in bytes.</summary>
    public required double AnswerBytes { get; init; }

    /// <summary>An open run in which less than 99 % of the offered calls were answered says nothing.</summary>
    public bool Void => Offered > 0 && Answered < 0.99 * Offered;

    /// <summary>Latencies of right answers, ms.</summary>
    public required LatencySummary Latency { get; init; }

    /// <summary>Latencies of refusals, ms.</summary>
    public required LatencySummary RefusalLatency { get; init; }

    /// <summary>Percentile curve of right answers.</summary>
    public required IReadOnlyList<double[]> Curve { get; init; }

    /// <summary>Second by second.</summary>
    public required IReadOnlyList<SecondResult> Timeline { get; init; }

    /// <summary>What wrong answers began with, by number of times.</summary>
    public required IReadOnlyDictionary<string, long> WrongCodes { get; init; }

    /// <summary>One line.</summary>
    public override string ToString() =>
        $"{Scenario}: {GoodPerSecond:0}/s good, {CodesPerSecond:0} codes/s, p50 {Latency.P50:0.###} "
        + $"p99 {Latency.P99:0.###} p99.9 {Latency.P999:0.###} max {Latency.Max:0.#} ms, "
        + $"refused {Refused}, wrong {Wrong}, failed {Failed}, "
        + $"unsent {Unsent}{(Void ? ", VOID" : "")}";
}

/// <summary>A second of a run.</summary>
internal sealed record SecondResult(int Second, long Good, long Refused, long Bad, double P50, double P99, double Max);
