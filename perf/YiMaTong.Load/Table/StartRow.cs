namespace YiMaTong.Load.Table;

/// <summary>P9: from process start to ready on a data folder that an earlier process left.</summary>
internal sealed class StartRow : IRow
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    public IReadOnlyList<string> Ids => ["P9"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var rows = new List<RowResult>();
        foreach (var subjects in rig.Sizes.StartSizes)
        {
            using var city = await rig.Bench.Follow(subjects);
            var data = rig.Bench.Own("node");
            TimeSpan first;
            using (var node = await rig.Node(city, data: data))
            {
                first = TimeProvider.System.GetElapsedTime(node.StartedAt);
                await node.Stop(StopLimit);
            }

            var files = System.IO.Directory.Exists(data)
                ? System.IO.Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Count()
                : 0;
            var seconds = new List<double>();
            for (var i = 0; i < rig.Sizes.Runs; i++)
            {
                using var node = rig.Bench.Node(city, data: data);
                seconds.Add((await node.Ready(rig.StartLimit)).TotalSeconds);
                await node.Stop(StopLimit);
            }

            rows.Add(new(
                "P9", $"start to ready, {subjects} citizens", subjects > 1_000_000 ? 20 : 3, false, "s", seconds,
                $"first start from the feed {first.TotalSeconds:0.0} s; {files} files left behind"));
        }

        return rows;
    }
}
