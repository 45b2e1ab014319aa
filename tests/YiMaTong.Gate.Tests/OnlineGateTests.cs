using System.Diagnostics;
using System.Security.Cryptography;
using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Gate.Online;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

public sealed class OnlineGateTests
{
    private static readonly string Pem = NewKey();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_FirstNodeAnswers_IsAskedOnceWithOneSession()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        second.OnProbe = _ => Task.FromResult(new DecodeBatchResponse { Code = "PY0000" });
        using var gate = Gate(2_000, 1_000, first.Address, second.Address);

        for (var i = 0; i < 3; i++)
        {
            var answer = await gate.ScanAsync("YM1", [DecodeField.Tags], Stop);
            Assert.True(answer.Permits);
            Assert.Equal((first.Address, 1), (answer.Node, answer.Tries));
            Assert.Equal(32, answer.ScanId.Length);
        }

        Assert.Equal(1, first.Sessions);
        Assert.Empty(second.Scans);
        Assert.Equal(3, first.Scans.Select(scan => scan.ScanId).Distinct().Count());
        Assert.Equal([DecodeField.Tags], first.Scans[0].Fields);
    }

    [Fact]
    public async Task Scan_FirstNodeAnswers_TheSecondHasASessionAtHand()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        using var gate = Gate(2_000, 1_000, first.Address, second.Address);

        await gate.ScanAsync("YM1", cancellation: Stop);

        await AwaitUntil.Holds(() => second.Sessions == 1, TimeSpan.FromSeconds(30), "its session is open", Stop);
    }

    [Fact]
    public async Task Scan_NodeThatStandsByIsRestarted_IsReadyBeforeItIsNeeded()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        var probes = 0;
        second.OnProbe = _ =>
        {
            Interlocked.Increment(ref probes);
            return Task.FromResult(new DecodeBatchResponse { Code = second.Sessions == 2 ? "PY0000" : "PY1002" });
        };
        using var gate = Gate(10_000, 5_000, first.Address, second.Address);
        await AskAsync(gate);
        await AwaitUntil.Holds(() => second.Sessions == 1, TimeSpan.FromSeconds(30), "its session is open", Stop);

        await AwaitUntil.Satisfies(
            async () =>
            {
                Assert.Equal((first.Address, 1), await AskAsync(gate));
                return second.Scans.Count;
            },
            count => count > 0, TimeSpan.FromSeconds(60), "its first scan, in the background", null, Stop);
        Assert.Equal(2, second.Sessions);
        Assert.Contains(second.Scans[0].ScanId, first.Scans.Select(scan => scan.ScanId));

        // Once is enough.
        var before = probes;
        await AwaitUntil.Satisfies(
            async () => (await AskAsync(gate), probes).probes, count => count >= before + 2, TimeSpan.FromSeconds(60),
            "probes", null, Stop);
        Assert.Single(second.Scans);
    }

    [Fact]
    public async Task Scan_FirstNodeIsGone_GoesOnToTheSecondWithTheSameScanId()
    {
        await using var second = await ScriptedNode.StartAsync();
        using var gate = Gate(2_000, 1_000, new($"http://127.0.0.1:{FreePort.Take(1)[0]}"), second.Address);

        var answer = await gate.ScanAsync("YM1", cancellation: Stop);

        Assert.True(answer.Permits);
        Assert.Equal((second.Address, 2), (answer.Node, answer.Tries));
        Assert.Equal(answer.ScanId, Assert.Single(second.Scans).ScanId);

        // The failed node is asked last now.
        Assert.Equal(1, (await gate.ScanAsync("YM1", cancellation: Stop)).Tries);
    }

    [Fact]
    public async Task Scan_FirstNodeIsSilent_AsksTheSecondAfterItsPatience()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        first.OnScan = async (request, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return ScriptedNode.Permit(request);
        };
        using var gate = Gate(5_000, 50, first.Address, second.Address);
        var started = Stopwatch.GetTimestamp();

        var answer = await gate.ScanAsync("YM1", cancellation: Stop);

        Assert.True(answer.Permits);
        Assert.Equal(second.Address, answer.Node);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 50, 4_000);
        Assert.Equal(first.Scans[0].ScanId, second.Scans[0].ScanId);
    }

    [Fact]
    public async Task Scan_FirstNodeHangs_CostsOneScanItsPatienceUntilAProbeIsAnswered()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        var hangs = true;
        var probes = 0;
        first.OnScan = async (request, cancellation) =>
        {
            await Task.Delay(hangs ? Timeout.Infinite : 0, cancellation);
            return ScriptedNode.Permit(request);
        };
        first.OnProbe = async cancellation =>
        {
            Interlocked.Increment(ref probes);
            await Task.Delay(hangs ? Timeout.Infinite : 0, cancellation);
            return new DecodeBatchResponse { Code = "PY1002" };
        };
        using var gate = Gate(10_000, 2_000, first.Address, second.Address);
        Assert.Equal((second.Address, 2), await AskAsync(gate));

        // More than one pause of the node goes by.
        await AwaitUntil.Satisfies(
            async () =>
            {
                Assert.Equal((second.Address, 1), await AskAsync(gate));
                return Volatile.Read(ref probes);
            },
            count => count >= 2, TimeSpan.FromSeconds(60), "probes", null, Stop);
        Assert.Single(first.Scans);

        hangs = false;
        await AwaitUntil.Satisfies(
            () => AskAsync(gate), one => one == (first.Address, 1), TimeSpan.FromSeconds(60), "the node", null, Stop);
        Assert.True(first.Sessions >= 2, "the probe opens a session where the node knows none");
    }

    [Theory]
    [InlineData("PY1998")]
    [InlineData("PY1999")]
    [InlineData("PY2018")]
    public async Task Scan_NodeCannotTell_IsTakenToAnother(string code)
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        first.OnScan = (_, _) => Task.FromResult(new DecodeResponse { Code = code });
        using var gate = Gate(2_000, 1_000, first.Address, second.Address);

        Assert.Equal(second.Address, (await gate.ScanAsync("YM1", cancellation: Stop)).Node);
    }

    [Fact]
    public async Task Scan_NodeIsLoading_IsAskedLastUntilItServes()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        var serves = false;
        first.OnScan = (request, _) => Task.FromResult(
            serves ? ScriptedNode.Permit(request) : new DecodeResponse { Code = "PY2018" });
        first.OnProbe = _ => Task.FromResult(new DecodeBatchResponse { Code = serves ? "PY1002" : "PY2018" });
        using var gate = Gate(10_000, 2_000, first.Address, second.Address);
        Assert.Equal((second.Address, 2), await AskAsync(gate));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((second.Address, 1), await AskAsync(gate));
        }

        serves = true;
        await AwaitUntil.Satisfies(
            () => AskAsync(gate), one => one == (first.Address, 1), TimeSpan.FromSeconds(60), "the node", null, Stop);
    }

    [Fact]
    public async Task Scan_NodeIsSlowInItsFirstCallsAlone_IsTakenBackByOneProbe()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        var (serves, refusals, slowEnd, next) = (false, 0, 0L, 0L);
        first.OnScan = (request, _) => Task.FromResult(
            serves ? ScriptedNode.Permit(request) : new DecodeResponse { Code = "PY2018" });
        first.OnProbe = async cancellation =>
        {
            if (!serves)
            {
                refusals++;
                return new DecodeBatchResponse { Code = "PY2018" };
            }

            if (slowEnd == 0)
            {
                await Task.Delay(400, cancellation);
                slowEnd = Stopwatch.GetTimestamp();
            }
            else
            {
                next = next == 0 ? Stopwatch.GetTimestamp() : next;
            }

            return new DecodeBatchResponse { Code = "PY1002" };
        };
        using var gate = Gate(10_000, 300, first.Address, second.Address);

        // By now probes that fail are at their longest distance.
        await AwaitUntil.Satisfies(
            async () => (await AskAsync(gate), refusals).refusals, count => count >= 5, TimeSpan.FromSeconds(60),
            "refusals", null, Stop);
        serves = true;
        await AwaitUntil.Satisfies(
            () => AskAsync(gate), one => one == (first.Address, 1), TimeSpan.FromSeconds(60), "the node", null, Stop);

        Assert.InRange(Stopwatch.GetElapsedTime(slowEnd, next).TotalMilliseconds, 0, 1_000);
    }

    [Fact]
    public async Task Scan_NodeCameBackCold_ItsFirstScanIsMadeInTheBackground()
    {
        await using var second = await ScriptedNode.StartAsync();
        var port = FreePort.Take(1)[0];
        using var gate = Gate(10_000, 2_000, new($"http://127.0.0.1:{port}"), second.Address);
        Assert.Equal((second.Address, 2), await AskAsync(gate));
        await using var first = await ScriptedNode.StartAsync(port);
        var release = new TaskCompletionSource();
        first.OnScan = async (request, cancellation) =>
        {
            await release.Task.WaitAsync(cancellation);
            return ScriptedNode.Permit(request);
        };

        await AwaitUntil.Satisfies(
            async () => (await AskAsync(gate), first.Scans.Count).Count, count => count > 0, TimeSpan.FromSeconds(60),
            "the background's scan", null, Stop);

        // It is one that the other node has answered, and until it is answered no scan waits for the node.
        Assert.Contains(first.Scans[0].ScanId, second.Scans.Select(scan => scan.ScanId));
        Assert.Equal((second.Address, 1), await AskAsync(gate));
        release.SetResult();
        await AwaitUntil.Satisfies(
            () => AskAsync(gate), one => one == (first.Address, 1), TimeSpan.FromSeconds(60), "the node", null, Stop);
    }

    [Fact]
    public async Task Scan_GateMayNotOpenASessionThere_TheNodeIsAskedLast()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        var opens = 0;
        first.OnOpen = () => new()
        {
            Code = Interlocked.Increment(ref opens) == 1 ? "PY2018" : "PY0000",
            ExpiresIn = 3600,
        };
        using var gate = Gate(2_000, 1_000, first.Address, second.Address);
        Assert.Equal((second.Address, 2), await AskAsync(gate));

        // What the probe was refused is no answer to a scan.
        await AwaitUntil.Satisfies(
            () => AskAsync(gate), one => one == (first.Address, 1), TimeSpan.FromSeconds(60), "the node", null, Stop);
    }

    [Fact]
    public async Task Scan_NoNodeCanTellYet_IsAskedAgainUpToTheDeadline()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.OnScan = (_, _) => Task.FromResult(new DecodeResponse { Code = "PY2018" });
        using var gate = Gate(2_000, 1_000, node.Address);

        var answer = await gate.ScanAsync("YM1", cancellation: Stop);

        Assert.Equal(("PY2018", false), (answer.Response!.Code, answer.IsDecided));
        Assert.True(answer.Tries > 12, $"{answer.Tries} tries");
    }

    [Fact]
    public async Task Scan_NodeDenies_IsNotTakenToAnother()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        first.OnScan = (_, _) => Task.FromResult(new DecodeResponse { Code = "PY2010", Decision = Decision.Deny });
        using var gate = Gate(2_000, 1_000, first.Address, second.Address);

        var answer = await gate.ScanAsync("YM1", cancellation: Stop);

        Assert.Equal((true, false, 1), (answer.IsDecided, answer.Permits, answer.Tries));
        Assert.Empty(second.Scans);
    }

    [Fact]
    public async Task Scan_NodeForgotTheSession_OpensAnother()
    {
        await using var node = await ScriptedNode.StartAsync();
        using var gate = Gate(2_000, 1_000, node.Address);
        node.OnScan = (request, _) => Task.FromResult(
            request.Session[0] == 1 ? new DecodeResponse { Code = "PY1002" } : ScriptedNode.Permit(request));

        Assert.True((await gate.ScanAsync("YM1", cancellation: Stop)).Permits);
        Assert.Equal((2, 2), (node.Sessions, node.Scans.Count));
    }

    [Fact]
    public async Task Scan_NoNodeKnowsTheGate_TellsWhyWithoutTryingOn()
    {
        await using var first = await ScriptedNode.StartAsync();
        await using var second = await ScriptedNode.StartAsync();
        first.OnOpen = second.OnOpen = () => new() { Code = "PY2001", Msg = "商户不存在、停用或未备案" };
        using var gate = Gate(2_000, 1_000, first.Address, second.Address);

        var answer = await gate.ScanAsync("YM1", cancellation: Stop);

        Assert.Equal(("PY2001", false, 2), (answer.Response!.Code, answer.IsDecided, answer.Tries));
    }

    [Fact]
    public async Task Scan_AllNodesAreGone_EndsAtTheDeadlineWithNothing()
    {
        var ports = FreePort.Take(2);
        using var gate = Gate(200, 20, [.. ports.Select(port => new Uri($"http://127.0.0.1:{port}"))]);
        var started = Stopwatch.GetTimestamp();

        var answer = await gate.ScanAsync("YM1", cancellation: Stop);

        Assert.Equal((false, false), (answer.IsAnswered, answer.IsDecided));
        Assert.True(answer.Tries > 2);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 190, 3_000);
    }

    [Fact]
    public async Task Scan_NodeComesBackWithinTheDeadline_IsAnswered()
    {
        var port = FreePort.Take(1)[0];
        using var gate = Gate(10_000, 20, new Uri($"http://127.0.0.1:{port}"));
        var scan = gate.ScanAsync("YM1", cancellation: Stop);
        await using var node = await ScriptedNode.StartAsync(port);

        Assert.True((await scan).Permits);
    }

    [Fact]
    public async Task Scan_CallerGivesUp_Throws()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.OnScan = async (request, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new RpcException(Status.DefaultCancelled);
        };
        using var gate = Gate(10_000, 20, node.Address);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var scan = Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => gate.ScanAsync("YM1", cancellation: stop.Token));
        await AwaitUntil.Holds(() => node.Scans.Count > 0, TimeSpan.FromSeconds(10), "the node is asked", Stop);
        await stop.CancelAsync();

        await scan;
    }

    [Fact]
    public void New_WrongSettings_TellsEveryOne()
    {
        var options = new GateOptions { DeadlineMs = 5, HedgeAfterMs = 0, MacId = "x" };

        var error = Assert.Throws<ArgumentException>(() => new OnlineGate(options, TimeProvider.System));

        foreach (var key in new[] { "Nodes:", "MerchantId:", "DeadlineMs:", "HedgeAfterMs:" })
        {
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<(Uri? Node, int Tries)> AskAsync(OnlineGate gate)
    {
        var answer = await gate.ScanAsync("YM1", cancellation: Stop);
        return (answer.Node, answer.Tries);
    }

    private static OnlineGate Gate(int deadlineMs, int hedgeAfterMs, params Uri[] nodes)
    {
        var options = new GateOptions
        {
            MerchantId = "hz-bus",
            MacId = "gate-01",
            PrivateKeyPem = Pem,
            DeadlineMs = deadlineMs,
            HedgeAfterMs = hedgeAfterMs,
        };
        foreach (var node in nodes)
        {
            options.Nodes.Add(node);
        }

        return new OnlineGate(options, TimeProvider.System);
    }

    private static string NewKey()
    {
        using var key = RSA.Create(3072);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
