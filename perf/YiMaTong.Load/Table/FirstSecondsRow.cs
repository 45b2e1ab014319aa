namespace YiMaTong.Load.Table;

/// <summary>P14: the first five seconds after ready beside the same process when it is warm.</summary>
internal sealed class FirstSecondsRow : IRow
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Ids => ["P14"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var city = (await rig.Shared(rig.Sizes.SmallCity)).Followed;
        var (ratios, runs) = (new List<double>(), new List<Running.RunResult>());
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            var pool = new Scenarios.UnaryStep(city.City, new Scenarios.Citizens(city.City), rig.Sizes.Pool);
            using var node = await rig.Node(city);
            pool.Enter(Scenarios.Sessions.OpenAll(city.City, node.Grpc, 1));
            var scenario = Scenarios.Scenario.Unary("decode", node.Grpc, Rig.Links, (pool, 1));
            var first = rig.Closed(scenario, during: First);
            rig.Warm(scenario);
            var steady = rig.Closed(scenario);
            runs.AddRange([first, steady]);
            ratios.Add(first.GoodPerSecond / steady.GoodPerSecond);
        }

        return
        [
            new("P14", "first 5 s after ready ÷ steady", 0.7, true, "×", ratios,
                $"{runs[0].GoodPerSecond:0}/s, then {runs[1].GoodPerSecond:0}/s") { Runs = runs },
        ];
    }
}
