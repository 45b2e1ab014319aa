using System.Collections.Concurrent;
using System.Diagnostics;
using YiMaTong.Gate;
using YiMaTong.Gate.Online;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>
/// A gate between two decode nodes of which one is killed again and again: every scan is decided within the deadline
/// that gates have by default. A scan begins each 10 ms, however long those before it take. A node is killed when the
/// other one has been ready for <see cref="Settles"/>, which is oftener than each ten seconds. Issuing, both nodes and
/// the gate share the machine's cores, so a node that starts takes them from the scans; gates in the field have their
/// own.
/// </summary>
public sealed class FailoverTests
{
    private const int DeadlineMs = 300;
    private const int KillsInOrdinaryRuns = 4;
    private const int KillsInLongRuns = 30;

    private static readonly TimeSpan BetweenScans = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan BetweenCodes = TimeSpan.FromSeconds(20);

    // The gate finds out within 2 s that a node is back, opens its session there and has it make its first calls.
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(4);

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
        var first = await city.MintAsync(holder);
        await AwaitUntil.Satisfies(
            () => gate.ScanAsync(first, cancellation: Stop), answer => answer.Permits, TimeSpan.FromSeconds(10),
            "the nodes know the gate, and it has made its first calls", cancellationToken: Stop);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var scanning = ScanAsync(gate, city, holder, enough.Token);

        var longRun = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";
        var kills = longRun ? KillsInLongRuns : KillsInOrdinaryRuns;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < kills; i++)
        {
            await Task.Delay(Settles, Stop);
            await services.KillDecodeAsync(i % 2);
            await services.StartDecodeAsync(i % 2);
        }

        var every = Stopwatch.GetElapsedTime(started) / kills;
        await enough.CancelAsync();
        var scans = await scanning;
        var undecided = scans.Where(scan => !scan.Answer.Permits).ToList();
        var took = scans.Select(scan => scan.Took.TotalMilliseconds).Order().ToArray();
        TestContext.Current.SendDiagnosticMessage(
            $"{kills} kills, one each {every.TotalSeconds:0.0} s; {scans.Count} scans, {undecided.Count} undecided in "
            + $"{DeadlineMs} ms; p50 {took[took.Length / 2]:0.0} ms, p99 {took[took.Length * 99 / 100]:0.0} ms, "
            + $"max {took[^1]:0.0} ms");
        Assert.True(scans.Count > 100 * kills, $"{scans.Count} scans");
        Assert.True(undecided.Count == 0, string.Join("; ", undecided.Select(Tell)));
    }

    private static async Task<IReadOnlyCollection<(OnlineAnswer Answer, TimeSpan Took)>> ScanAsync(
        OnlineGate gate, City city, Holder holder, CancellationToken enough)
    {
        var scans = new ConcurrentBag<(OnlineAnswer, TimeSpan)>();
        var running = new List<Task>();
        var code = await city.MintAsync(holder);
        var minted = Stopwatch.GetTimestamp();
        Task<string>? minting = null;
        using var beat = new PeriodicTimer(BetweenScans);
        while (!enough.IsCancellationRequested)
        {
            if (minting is { IsCompleted: true })
            {
                (code, minted, minting) = (await minting, Stopwatch.GetTimestamp(), null);
            }
            else if (Stopwatch.GetElapsedTime(minted) > BetweenCodes)
            {
                minting ??= city.MintAsync(holder);
            }

            running.Add(OneAsync(code));
            await beat.WaitForNextTickAsync(Stop);
        }

        await Task.WhenAll(running);
        return scans;

        async Task OneAsync(string shown)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await gate.ScanAsync(shown, cancellation: Stop);
            scans.Add((answer, Stopwatch.GetElapsedTime(started)));
        }
    }

    private static string Tell((OnlineAnswer Answer, TimeSpan Took) scan) =>
        $"{scan.Answer.Response?.Code ?? "no answer"} after {scan.Answer.Tries} tries, "
        + $"{scan.Took.TotalMilliseconds:0} ms; {scan.Answer.Failure}";

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
