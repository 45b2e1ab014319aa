using YiMaTong.Load.Running;
using YiMaTong.Load.Servers;

namespace YiMaTong.Load.Table;

/// <summary>P6: the node beside the same service with another store as its directory, both on one core.</summary>
internal sealed class StoreRow : IRow
{
    public IReadOnlyList<string> Ids => ["P6"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var shared = await rig.Shared(rig.Sizes.Subjects);
        var (city, node) = (shared.Followed, shared.Node);
        var rows = new List<RowResult>();
        foreach (var (name, target, start) in new (string, double, Func<Rig, Task<Store>>)[]
        {
            ("redis", 3, Store.Redis), ("garnet", 3, Store.Garnet), ("postgres", 10, Store.Postgres),
        })
        {
            // Garnet is a second opinion on the same goal, for the whole table.
            if (name == "garnet" && rig.Sizes.Smoke)
            {
                continue;
            }

            try
            {
                using var store = await start(rig);
                rows.AddRange(await Beside(rig, city, node, name, target, store));
            }
            catch (Exception e) when (e is IOException or TimeoutException or InvalidDataException
                or System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                rows.Add(RowResult.NotMeasured("P6", $"{name}: {e.Message}"));
            }
        }

        return rows;
    }

    private static async Task<IReadOnlyList<RowResult>> Beside(
        Rig rig, FollowedCity city, Server node, string name, double target, Store store)
    {
        using var peer = await rig.Peer(city, ("Handler", store.Handler), ("Store", store.Address));
        var (own, other) = (rig.Unary(city.City, node.Grpc), rig.Unary(city.City, peer.Grpc));
        var (ratios, runs) = rig.Beside(own, other, run => run.GoodPerSecond);

        // The same open load for both: half of what the slower one can do.
        var rate = runs.Where((_, i) => i % 2 == 0).Min(run => run.GoodPerSecond) / 2;
        var (ownOpen, otherOpen) =
            (rig.Unary(city.City, node.Grpc, Rig.OpenLinks), rig.Unary(city.City, peer.Grpc, Rig.OpenLinks));
        var latencies = new List<double>();
        var open = new List<RunResult>();
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            var (theirs, ours) =
                (rig.Open(otherOpen, rate, rig.Sizes.Run), rig.Open(ownOpen, rate, rig.Sizes.Run));
            open.AddRange([theirs, ours]);
            latencies.Add(ours.Latency.P99 / theirs.Latency.P99);
        }

        return
        [
            new("P6", $"calls/s ÷ {name}", target, true, "×", ratios,
                $"{runs[1].GoodPerSecond:0}/s beside {runs[0].GoodPerSecond:0}/s") { Runs = runs },
            new("P6", $"p99 ÷ {name}'s at {rate:0}/s", 0.333, false, "×", latencies,
                $"{open[1].Latency.P99:0.00} ms beside {open[0].Latency.P99:0.00} ms") { Runs = open },
        ];
    }
}
