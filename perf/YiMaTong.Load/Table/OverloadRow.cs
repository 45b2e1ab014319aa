using YiMaTong.Load.Running;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Servers;
using YiMaTong.Load.Simulation;

namespace YiMaTong.Load.Table;

/// <summary>
/// P10: three and ten times the peak, offered at its intended times, refusals counted apart; then half of the peak,
/// until latency is what it was.
/// </summary>
internal sealed class OverloadRow : IRow
{
    private const int OverloadLinks = 64;

    // A start that finds no stream free on any connection is the client's to refuse, and it does so at once. With a
    // second of patience this row measured the generator's own queue: whatever went out had waited for a second there.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(2);

    public IReadOnlyList<string> Ids => ["P10"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var shared = await rig.Shared(rig.Sizes.Subjects);
        var (city, node) = (shared.City, shared.Node);
        // The peak is that of the same connections: each costs the server its own reads and writes.
        var scenario = rig.Unary(city, node.Grpc, OverloadLinks);
        rig.Warm(scenario);
        var peak = rig.Closed(scenario).GoodPerSecond;
        var before = rig.Open(scenario, peak / 2, rig.Sizes.Step);
        var memory = node.Resident;
        var rows = new List<RowResult>();
        foreach (var times in new[] { 3, 10 })
        {
            rows.AddRange(Step(rig, node, scenario, peak, times, before, memory));
        }

        return rows;
    }

    private static IEnumerable<RowResult> Step(
        Rig rig, Server node, Scenario scenario, double peak, int times, RunResult before, long memory)
    {
        var (runs, growth, normal) = (new List<RunResult>(), new List<double>(), new List<double>());
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            using var most = new MostMemory(node);
            var run = rig.Right(new LoadRunner(scenario) { Patience = Patience }.Run(
                LoadSimulation.Inject(times * peak, rig.Sizes.Step)));
            growth.Add(100.0 * (most.Stop() - memory) / memory);
            runs.Add(run);
            normal.Add(SecondsToNormal(rig, scenario, peak, before));
        }

        var first = runs[0];
        yield return new(
            "P10", $"goodput at {times} × peak", 0.9, true, "× peak",
            [.. runs.Select(run => run.GoodPerSecond / peak)],
            $"peak {peak:0}/s; sent {(first.Offered - first.Unsent) / first.Seconds:0}/s of {times * peak:0}/s, "
            + $"{first.Unsent} found no stream free, {first.Refused} refused, {first.Wrong} wrong, "
            + $"{first.Failed} failed")
        { Runs = runs };
        yield return Row($"admitted p99 at {times} × peak", 20, "ms", [.. runs.Select(run => run.Latency.P99)]);
        var refused = runs.Where(run => run.Refused > 0).Select(run => run.RefusalLatency.P99).ToList();
        yield return Row($"refused p99 at {times} × peak", 10, "ms", refused) with
        {
            Reason = refused.Count == 0 ? RowResult.NobodyRefused : "",
        };

        yield return Row($"memory growth at {times} × peak", 10, "%", growth);
        yield return Row($"normal again after {times} × peak", 5, "s", normal);
    }

    private static RowResult Row(string what, double target, string unit, IReadOnlyList<double> figures) =>
        new("P10", what, target, false, unit, figures, "");

    /// <summary>Seconds at half of the peak until a second's p99 is at most double what it was, or 1 ms.</summary>
    private static double SecondsToNormal(Rig rig, Scenario scenario, double peak, RunResult before)
    {
        var normal = Math.Max(1, 2 * before.Latency.P99);
        var after = rig.Open(scenario, peak / 2, TimeSpan.FromSeconds(rig.Sizes.Smoke ? 2 : 8));
        return after.Timeline.FirstOrDefault(second => second.Good > 0 && second.P99 <= normal)?.Second
            ?? after.Timeline.Count + 1;
    }
}
