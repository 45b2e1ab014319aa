using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace YiMaTong.Load.Table;

/// <summary>
/// G: whether the generator is the bottleneck. h2load sends one body over and over to the same ordinary handler from
/// the same core; a generator with distinct codes that judges answers should reach as much.
/// </summary>
internal sealed partial class GeneratorRow : IRow
{
    public IReadOnlyList<string> Ids => ["G"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var city = (await rig.Shared(rig.Sizes.SmallCity)).Followed;
        using var peer = await rig.Peer(city, ("Handler", "ordinary"));
        var scenario = rig.Unary(city.City, peer.Grpc, constant: true);
        _ = scenario.Steps.First().TryNext(out _, out var body);
        var file = rig.Bench.Own("body");
        await File.WriteAllBytesAsync(file, body.ToArray());
        rig.Warm(scenario);
        var (ratios, theirs) = (new List<double>(), 0.0);
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            theirs = await H2Load(peer, file, (int)rig.Sizes.Run.TotalSeconds);
            ratios.Add(rig.Closed(scenario).GoodPerSecond / theirs);
        }

        return
        [
            new("G", "this generator ÷ h2load, ordinary handler", 0.95, true, "×", ratios, $"h2load {theirs:0}/s"),
        ];
    }

    private static async Task<double> H2Load(Servers.Server peer, string body, int seconds)
    {
        var start = new ProcessStartInfo(
            "taskset",
            [
                "-c", "1", "h2load", "-D", seconds.ToString(CultureInfo.InvariantCulture), "-c", $"{Rig.Links}", "-m",
                $"{Rig.Copies / Rig.Links}", "-t", "1", "-d", body, "-H", "content-type: application/grpc", "-H",
                "te: trailers", $"http://{peer.Grpc}/yimatong.decode.v1.DecodeService/Decode",
            ])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var rate = Rate().Match(text);
        return rate.Success
            ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidDataException("h2load told no rate");
    }

    [GeneratedRegex(@"([\d.]+) req/s")]
    private static partial Regex Rate();
}
