using System.Globalization;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Servers;

namespace YiMaTong.Load.Table;

/// <summary>
/// P7: a large city beside a small one, memory for each citizen, and a memory budget of a quarter. P9 restarts the same
/// large node, for loading a large city takes longer than measuring it.
/// </summary>
internal sealed class SizeRow : IRow
{
    private const double ZipfExponent = 0.99;
    private const int RecordBytes = 96;

    public IReadOnlyList<string> Ids => ["P7", "P9"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var rows = new List<RowResult>();
        var small = await rig.Shared(rig.Sizes.SmallCity);
        using var large = await rig.Bench.Follow(rig.Sizes.LargeCity);
        var data = rig.Bench.Own("node");
        using (var node = await rig.Node(large, data: data))
        {
            var first = TimeProvider.System.GetElapsedTime(node.StartedAt);
            rows.AddRange(Beside(rig, large, node, small));
            rig.Release();
            rows.Add(await Spilling(rig, large, node));
            rows.Add(await Restarts.Measure(rig, large, node, data, first));
        }

        using var middle = await rig.Bench.Follow(rig.Sizes.Subjects);
        rows.Add(await Restarts.Measure(rig, middle));
        return rows;
    }

    private static RowResult[] Beside(Rig rig, FollowedCity large, Server largeNode, SharedNode small)
    {
        var (ratios, runs) = rig.Beside(
            rig.Unary(large.City, largeNode.Grpc),
            rig.Unary(small.City, small.Node.Grpc),
            run => run.GoodPerSecond);
        var citizens = rig.Sizes.LargeCity - rig.Sizes.SmallCity;
        var bytes = (double)(largeNode.Resident - small.Node.Resident) / citizens;
        return
        [
            new("P7", $"{rig.Sizes.LargeCity} citizens ÷ {rig.Sizes.SmallCity}", 0.85, true, "×", ratios,
                $"{runs[1].GoodPerSecond:0}/s beside {runs[0].GoodPerSecond:0}/s") { Runs = runs },
            new("P7", "memory for each citizen", 200, false, "B", [bytes],
                "difference of the two nodes' resident memory"),
        ];
    }

    /// <summary>A node that answers nothing has the figure 0: that is a verdict, not a failure to measure.</summary>
    private static async Task<RowResult> Spilling(Rig rig, FollowedCity city, Server inMemory)
    {
        var quarter = Math.Max(1, rig.Sizes.LargeCity * (long)RecordBytes / 4 >> 20);
        var memory = 1L << (int)Math.Log2(quarter);
        var row = new RowResult(
            "P7", "budget of a quarter ÷ in memory, Zipf 0.99", 0.5, true, "×", [0], $"{memory} MiB");
        using var node = await rig.Node(city, new Dictionary<string, string>
        {
            ["Directory__MemoryMiB"] = memory.ToString(CultureInfo.InvariantCulture),
        });
        try
        {
            var (ratios, runs) = rig.Beside(
                Skewed(rig, city, node), Skewed(rig, city, inMemory), run => run.GoodPerSecond);
            return row with
            {
                Figures = ratios,
                Reason = $"{memory} MiB; {runs[1].GoodPerSecond:0}/s beside {runs[0].GoodPerSecond:0}/s",
                Runs = runs,
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return row with { Reason = $"{memory} MiB; {e.Message}" };
        }
    }

    private static Scenario Skewed(Rig rig, FollowedCity city, Server node) =>
        rig.Unary(city.City, node.Grpc, zipf: ZipfExponent);
}
