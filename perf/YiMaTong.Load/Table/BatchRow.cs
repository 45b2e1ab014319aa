namespace YiMaTong.Load.Table;

/// <summary>P3: codes a second in batches and streams beside single calls.</summary>
internal sealed class BatchRow : IRow
{
    private const int BatchCopies = 16;

    public IReadOnlyList<string> Ids => ["P3"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var shared = await rig.Shared(rig.Sizes.Subjects);
        var (city, node) = (shared.City, shared.Node);
        var unary = rig.Unary(city, node.Grpc);
        var rows = new List<RowResult>();
        foreach (var scenario in new[] { rig.Batch(city, node.Grpc), rig.Stream(city, node.Grpc) })
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
