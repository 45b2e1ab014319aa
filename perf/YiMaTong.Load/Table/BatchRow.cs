namespace YiMaTong.Load.Table;

/// <summary>P3: codes a second in batches and streams beside single calls.</summary>
internal sealed class BatchRow : IRow
{
    private const int BatchCopies = 16;

    public IReadOnlyList<string> Ids => ["P3"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        using var city = await rig.Bench.Follow(rig.Sizes.Subjects);
        using var node = await rig.Node(city);
        var unary = rig.Unary(city.City, node.Grpc);
        var rows = new List<RowResult>();
        foreach (var scenario in new[] { rig.Batch(city.City, node.Grpc), rig.Stream(city.City, node.Grpc) })
        {
            rig.Warm(unary);
            rig.Warm(scenario, BatchCopies);
            var (ratios, runs) = (new List<double>(), new List<Running.RunResult>());
            for (var i = 0; i < rig.Sizes.Runs; i++)
            {
                var (one, many) = (rig.Closed(unary), rig.Closed(scenario, BatchCopies));
                runs.AddRange([one, many]);
                ratios.Add(many.CodesPerSecond / one.CodesPerSecond);
            }

            rows.Add(new(
                "P3", $"{scenario.Name} of {Rig.BatchSize} ÷ unary, codes", 4, true, "×", ratios,
                $"{runs[1].CodesPerSecond:0} codes/s beside {runs[0].CodesPerSecond:0}/s")
            { Runs = runs });
        }

        return rows;
    }
}
