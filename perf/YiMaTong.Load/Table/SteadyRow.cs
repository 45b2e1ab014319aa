using YiMaTong.Load.Running;

namespace YiMaTong.Load.Table;

/// <summary>
/// P5 and P8 in one run: an open load at half of the peak while a thousand changes a second arrive, with probes that
/// change a citizen and look when the node shows it.
/// </summary>
internal sealed class SteadyRow : IRow
{
    private const int ChangesPerSecond = 1_000;

    public IReadOnlyList<string> Ids => ["P5", "P8"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        using var city = await rig.Bench.Follow(rig.Sizes.Subjects);

        // A snapshot is written all the time, not only once in a while.
        using var node = await rig.Node(city, new Dictionary<string, string>
        {
            ["Decode__Snapshot__IntervalSeconds"] = "10",
        });
        // The peak is that of the same connections: each costs the server its own reads and writes.
        var scenario = rig.Unary(city.City, node.Grpc, Rig.OpenLinks);
        rig.Warm(scenario);
        var peak = rig.Closed(scenario).GoodPerSecond;
        _ = await city.Feed.Post($"/rate/{ChangesPerSecond}");
        var (runs, probes) = (new List<RunResult>(), new List<ProbeResult>());
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            var probing = Task.Run(() => Probe.Run(rig, city, node));
            var run = rig.Open(scenario, peak / 2, rig.Sizes.Steady);
            probes.Add(await probing);
            runs.Add(rig.Right(run));
        }

        _ = await city.Feed.Post("/rate/0");
        var valid = runs.Where(run => !run.Void).ToList();
        var load = $"{peak / 2:0}/s offered of {peak:0}/s, {ChangesPerSecond} changes/s"
            + (valid.Count < runs.Count ? $"; {runs.Count - valid.Count} of {runs.Count} runs void" : "");
        return
        [
            Row("P5", "p99 at half of peak", 2, [.. valid.Select(run => run.Latency.P99)], load) with { Runs = runs },
            Row("P5", "p99.9 at half of peak", 5, [.. valid.Select(run => run.Latency.P999)], ""),
            Row("P5", "max at half of peak", 50, [.. valid.Select(run => run.Latency.Max)], ""),
            Row("P8", "p99 from acknowledged to visible", 100, [.. probes.Select(p => p.Visible.P99)],
                $"{probes.Sum(p => p.Visible.Count)} probes"),
            Row("P8", "p99.9 from acknowledged to visible", 500, [.. probes.Select(p => p.Visible.P999)], ""),
            new("P8", "stale answers under min_revision", 0, false, "", [.. probes.Select(p => (double)p.Stale)],
                $"{probes.Sum(p => p.Unknown)} answered PY2018 in time"),
        ];
    }

    private static RowResult Row(
        string id, string what, double target, IReadOnlyList<double> figures, string reason) =>
        new(id, what, target, false, "ms", figures, reason);
}
