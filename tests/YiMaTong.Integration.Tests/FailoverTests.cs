using System.Diagnostics;
using YiMaTong.Gate;
using YiMaTong.Gate.Online;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests;

/// <summary>A gate between two decode nodes of which one is killed again and again.</summary>
public sealed class FailoverTests
{
    private const int ScansPerSecond = 100;

    // The nodes start on the cores that the scans run on; a gate in the field has its own.
    private const int DeadlineMs = 1_000;
    private const int KillsInOrdinaryRuns = 4;
    private const int KillsInLongRuns = 30;

    private static readonly TimeSpan BetweenScans = TimeSpan.FromSeconds(1.0 / ScansPerSecond);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_OneNodeIsKilledAgainAndAgain_IsDecidedEveryTime()
    {
        await using var services = new TwoServices();
        await services.StartIssuingAsync();
        var city = new City(services.Rest, services.Issuing, services.OperatorToken);
        await city.PutAppAsync();
        var gates = await city.PutGatesAsync("failover", singleUse: false, count: 1);
        var holder = await city.PutHolderAsync();
        await services.StartDecodeAsync(0);
        await services.StartDecodeAsync(1);
        using var gate = Gate(gates[0], services.Nodes);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var scanning = ScanAsync(gate, city, holder, enough.Token);

        var longRun = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";
        var kills = longRun ? KillsInLongRuns : KillsInOrdinaryRuns;
        for (var i = 0; i < kills; i++)
        {
            await services.KillDecodeAsync(i % 2);
            await services.StartDecodeAsync(i % 2);
        }

        await enough.CancelAsync();
        var (scans, undecided, slowest) = await scanning;
        TestContext.Current.SendDiagnosticMessage(
            $"{kills} kills, {scans} scans, {undecided} undecided, slowest {slowest.TotalMilliseconds:0} ms");
        Assert.True(scans > 10 * kills, $"{scans} scans");
        Assert.Equal(0, undecided);
    }

    private static async Task<(int Scans, int Undecided, TimeSpan Slowest)> ScanAsync(
        OnlineGate gate, City city, Holder holder, CancellationToken enough)
    {
        var (scans, undecided, slowest) = (0, 0, TimeSpan.Zero);
        var code = await city.MintAsync(holder);
        var mintedAt = Stopwatch.GetTimestamp();
        while (!enough.IsCancellationRequested)
        {
            if (Stopwatch.GetElapsedTime(mintedAt).TotalSeconds > 30)
            {
                code = await city.MintAsync(holder);
                mintedAt = Stopwatch.GetTimestamp();
            }

            var started = Stopwatch.GetTimestamp();
            var answer = await gate.ScanAsync(code, cancellation: Stop);
            var taken = Stopwatch.GetElapsedTime(started);
            scans++;
            if (!answer.Permits)
            {
                undecided++;
                TestContext.Current.SendDiagnosticMessage(
                    $"scan {scans}: {answer.Response?.Code ?? "no answer"} after {answer.Tries} tries, "
                    + $"{taken.TotalMilliseconds:0} ms; {answer.Failure}");
            }

            slowest = taken > slowest ? taken : slowest;
            if (taken < BetweenScans)
            {
                await Task.Delay(BetweenScans - taken, Stop);
            }
        }

        return (scans, undecided, slowest);
    }

    private static OnlineGate Gate(Target.Gate device, Uri[] nodes)
    {
        var options = new GateOptions
        {
            MerchantId = device.MerchantId,
            MacId = device.MacId,
            PrivateKeyPem = device.Key.ExportPkcs8PrivateKeyPem(),
            DeadlineMs = DeadlineMs,
        };
        foreach (var node in nodes)
        {
            options.Nodes.Add(node);
        }

        return new OnlineGate(options, TimeProvider.System);
    }
}
