using YiMaTong.Load.Servers;

namespace YiMaTong.Load.Table;

/// <summary>P9: from process start to ready on a data folder that an earlier process left.</summary>
internal static class Restarts
{
    private const int Million = 1_000_000;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    /// <summary>Starts a node from the feed, stops it, and measures.</summary>
    public static async Task<RowResult> Measure(Rig rig, FollowedCity city)
    {
        var data = rig.Bench.Own("node");
        using var node = await rig.Node(city, data: data);
        return await Measure(rig, city, node, data, TimeProvider.System.GetElapsedTime(node.StartedAt));
    }

    /// <summary>Stops a node and measures.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="city">What the node follows.</param>
    /// <param name="node">The node; it is ended.</param>
    /// <param name="data">Its folder.</param>
    /// <param name="first">How long its own start from the feed took.</param>
    public static async Task<RowResult> Measure(
        Rig rig, FollowedCity city, Server node, string data, TimeSpan first)
    {
        await node.Stop(StopLimit);
        var files = System.IO.Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Count();
        var seconds = new List<double>();
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            using var again = rig.Bench.Node(city, data: data);
            seconds.Add((await again.Ready(rig.StartLimit)).TotalSeconds);
            rig.Progress($"ready after {seconds[^1]:0.00} s");
            await again.Stop(StopLimit);
        }

        var subjects = city.City.Subjects;
        return new(
            "P9", $"start to ready, {subjects} citizens", subjects > Million ? 20 : 3, false, "s", seconds,
            $"first start from the feed {first.TotalSeconds:0.0} s; {files} files left behind");
    }
}
