using System.Diagnostics;
using YiMaTong.Load.Running;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Simulation;

namespace YiMaTong.Load.Table;

/// <summary>
/// P4: signed B.4 beside a transcoded handler that only verifies and seals. Each request goes to the node once, so the
/// runs are counted by requests.
/// </summary>
internal sealed class RestRow : IRow
{
    private const int RestCopies = 32;
    private const double WarmShare = 0.6;

    public IReadOnlyList<string> Ids => ["P4"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var shared = await rig.Shared(rig.Sizes.SmallCity);
        var (city, node) = (shared.Followed, shared.Node);
        using var peer = await rig.Peer(city, ("Pipeline", "bare"));
        var requests = await Sign(rig, city.File);
        var warm = (int)(requests.Length * WarmShare);
        var each = (requests.Length - warm) / rig.Sizes.Runs;
        _ = Measure(rig, peer, requests[..warm]);
        _ = Measure(rig, node, requests[..warm]);
        var (ratios, runs) = (new List<double>(), new List<RunResult>());
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            var share = requests[(warm + (i * each))..(warm + ((i + 1) * each))];
            var (other, own) = (Measure(rig, peer, share), Measure(rig, node, share));
            runs.AddRange([other, own]);
            ratios.Add(own.GoodPerSecond / other.GoodPerSecond);
        }

        return
        [
            new("P4", "signed B.4 ÷ verify and seal alone", 0.85, true, "×", ratios,
                $"{runs[1].GoodPerSecond:0}/s beside {runs[0].GoodPerSecond:0}/s, RSA-2048") { Runs = runs },
        ];
    }

    /// <summary>Signs in a process that may use both cores, before anything is measured.</summary>
    public static async Task<byte[][]> Sign(Rig rig, string city)
    {
        var file = rig.Bench.Own("signed");
        using var process = Process.Start(
            "taskset",
            ["-c", "0,1", "dotnet", "exec", rig.Bench.Assembly("perf", "YiMaTong.Load"), "sign", city, file,
                $"{rig.Sizes.Signed}"]);
        await process.WaitForExitAsync();
        return SignedRequests.Load(file);
    }

    private static RunResult Measure(Rig rig, Servers.Server server, byte[][] requests)
    {
        // A closed run ends when its last request is sent, long before the hour.
        var step = new RestStep("b4", requests, once: true);
        var scenario = Scenario.Rest("b4", server.Rest, RestCopies, step);
        return rig.Right(new LoadRunner(scenario).Run(LoadSimulation.KeepConstant(RestCopies, TimeSpan.FromHours(1))));
    }
}
