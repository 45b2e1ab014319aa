using System.Diagnostics;
using Google.Protobuf;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>A gate on the real clock and network, with issuing's services in this process.</summary>
public sealed class IssuingLineTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private readonly TrustWorld _trust = new(DateTimeOffset.UtcNow);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Watch_KeyIsRevoked_ItsCodesAreRefusedWithinFiveSeconds()
    {
        await using var issuing = await IssuingServer.StartAsync();
        issuing.OnWatch = _ => _trust.Update(_trust.Declaration());
        await using var gate = Open(Direction.Entry, issuing.Address);
        await AwaitUntil.Holds(() => gate.Status().IsDeclared, Limit, "trust", Stop);
        Assert.Equal("PY0000", await Code(gate, _trust.Static(1)));
        var started = Stopwatch.GetTimestamp();

        issuing.Publish(new TrustUpdate { KeySet = ByteString.CopyFrom(_trust.KeySet(2, revoked: _trust.Issuer)) });
        await AwaitUntil.Holds(() => gate.Status().KeySetRevision == 2, Limit, "the key set", Stop);

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
        Assert.Equal("PY2011", await Code(gate, _trust.Static(2)));
        Assert.Equal("PY0000", await Code(gate, _trust.Static(2, _trust.OtherIssuer)));
    }

    [Fact]
    public async Task Watch_IssuingComesBack_ResumesWithWhatIsHeld()
    {
        var first = await IssuingServer.StartAsync();
        first.OnWatch = _ => _trust.Update();
        await using var gate = Open(Direction.Entry, first.Address);
        await AwaitUntil.Holds(() => gate.Status().KeySetRevision == 1, Limit, "trust", Stop);
        await first.DisposeAsync();
        await AwaitUntil.Holds(() => !gate.Status().HearsIssuing, Limit, "silence", Stop);

        await using var second = await IssuingServer.StartAsync(first.Address.Port);
        second.OnWatch = held => held.StatusLists is [{ Revision: 1 }]
            ? new TrustUpdate { StatusLists = { ByteString.CopyFrom(_trust.Delta(_trust.List(1), _trust.List(2, 5))) } }
            : new TrustUpdate();
        await AwaitUntil.Holds(() => gate.Status().HearsIssuing, Limit, "the line", Stop);

        Assert.Equal((1ul, 1ul), (second.Watched.First().KeySetRevision, second.Watched.First().CatalogueRevision));
        second.Publish(new TrustUpdate { Declarations = { ByteString.CopyFrom(_trust.Declaration()) } });
        await AwaitUntil.Holds(() => gate.Status().IsDeclared, Limit, "the declaration", Stop);
        Assert.Equal("PY2010", await Code(gate, _trust.Static(5)));
    }

    [Fact]
    public async Task Watch_DeltaOfAnotherBase_FetchesTheWholeList()
    {
        await using var issuing = await IssuingServer.StartAsync();
        issuing.OnWatch = held => held.KeySetRevision == 0 ? _trust.Update(_trust.Declaration())
            : held.StatusLists.Count > 0 ? new TrustUpdate()
            : new TrustUpdate { StatusLists = { ByteString.CopyFrom(_trust.Whole(_trust.List(3, 5))) } };
        await using var gate = Open(Direction.Entry, issuing.Address);
        await AwaitUntil.Holds(() => gate.Status().IsDeclared, Limit, "trust", Stop);

        issuing.Publish(new TrustUpdate
        {
            StatusLists = { ByteString.CopyFrom(_trust.Delta(_trust.List(2), _trust.List(3, 5))) },
        });
        await AwaitUntil.Holds(() => issuing.Watched.Count == 2, Limit, "the second watch", Stop);
        await AwaitUntil.Satisfies(
            () => Code(gate, _trust.Static(5)), code => code == "PY2010", Limit, "the revocation", null, Stop);
    }

    [Fact]
    public async Task Upload_IssuingComesBack_EveryScanIsCountedOnce()
    {
        var port = 0;
        await using (var issuing = await IssuingServer.StartAsync())
        {
            port = issuing.Address.Port;
            issuing.OnWatch = _ => _trust.Update(_trust.Declaration());
            await using var early = Open(Direction.Entry, issuing.Address);
            await AwaitUntil.Holds(() => early.Status().IsDeclared, Limit, "trust", Stop);
        }

        var address = new Uri($"http://127.0.0.1:{port}");
        var told = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await using var alone = Open(Direction.Entry, address);
            for (var i = 0; i < 300; i++)
            {
                told.Add((await alone.ScanAsync(_trust.Static(run * 1_000 + i), cancellation: Stop)).ScanId);
            }
        }

        await using var back = await IssuingServer.StartAsync(port);
        var (busy, cut) = (1, 1);
        back.OnUpload = () => Interlocked.Decrement(ref busy) == 0 ? "PY1998" : null;
        back.OnStored = () =>
        {
            // Stored, and the answer lost on its way: the same run comes once more.
            if (Interlocked.Decrement(ref cut) == 0)
            {
                throw new InvalidOperationException("the line is cut");
            }
        };
        await using var gate = Open(Direction.Entry, address);
        await AwaitUntil.Holds(() => gate.Status().ScansWaiting == 0, Limit, "all scans at home", Stop);

        Assert.Equal(told.Order(), back.Stored.Values.Select(scan => scan.ScanId).Order());
        Assert.All(back.Stored.Values, scan => Assert.Equal(0u, scan.Told));
        Assert.NotEmpty(back.Repeated);
        Assert.Equal(2, back.Stored.Keys.Select(key => key.Journal).Distinct().Count());
        Assert.False(gate.Alarms.Stands(GateAlarm.UploadRefused));
    }

    [Fact]
    public async Task Upload_IssuingRefuses_KeepsTheScansAndSaysSo()
    {
        await using var issuing = await IssuingServer.StartAsync();
        issuing.OnUpload = () => "PY2005";
        await using var gate = Open(Direction.Exit, issuing.Address);
        await gate.ScanAsync("YM1", cancellation: Stop);

        await AwaitUntil.Holds(() => gate.Alarms.Stands(GateAlarm.UploadRefused), Limit, "the alarm", Stop);

        Assert.Equal(1, gate.Status().ScansWaiting);
        issuing.OnUpload = () => null;
        await AwaitUntil.Holds(() => gate.Status().ScansWaiting == 0, Limit, "the scan at home", Stop);
        Assert.False(gate.Alarms.Stands(GateAlarm.UploadRefused));
    }

    [Fact]
    public async Task Scan_NodeIsKilledAndComesBack_IsOnlineOfflineOnline()
    {
        var node = await ScriptedNode.StartAsync();
        var options = GateWorld.Online(node.Address);
        options.DeadlineMs = 5_000;
        await using var gate = Gatekeeper.Open(options, Offline(Direction.Exit), TimeProvider.System);
        await gate.ProbedAsync(Stop);
        Assert.False((await gate.ScanAsync("YM1", cancellation: Stop)).IsOffline);
        await node.DisposeAsync();
        Assert.True((await gate.ScanAsync("YM1", cancellation: Stop)).IsOffline);

        await using var again = await ScriptedNode.StartAsync(node.Address.Port);
        await AwaitUntil.Holds(() => !gate.Status().IsDown, Limit, "the node", Stop);

        Assert.False((await gate.ScanAsync("YM1", cancellation: Stop)).IsOffline);
    }

    private Gatekeeper Open(Direction direction, Uri issuing)
    {
        var offline = Offline(direction);
        offline.Issuing.Add(issuing);
        return Gatekeeper.Open(GateWorld.Online(), offline, TimeProvider.System);
    }

    private Offline.OfflineOptions Offline(Direction direction) => new()
    {
        DataFolder = _folder.Path,
        Region = "330106",
        SceneKind = "a",
        Direction = direction,
        RootKeysPem = { _trust.RootPem },
        JournalWaitMs = 10_000,
    };

    private static async Task<string> Code(Gatekeeper gate, string code) =>
        (await gate.ScanAsync(code, cancellation: Stop)).Code;
}
