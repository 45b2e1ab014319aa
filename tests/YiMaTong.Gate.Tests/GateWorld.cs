using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Codes.Emergency;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Offline;
using YiMaTong.Gate.Online;
using YiMaTong.Gate.Trust;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>A gate on a simulated clock, with nodes that a test switches on and off, and a folder of its own.</summary>
internal sealed class GateWorld : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _folder = new();

    public GateWorld()
    {
        Clock = new FakeTimeProvider(Start);
        Trust = new TrustWorld(Start);
        Nodes = new SwitchedNodes();
    }

    /// <summary>The merchant's key; made once, since RSA keys take long to make.</summary>
    public static RSA MerchantKey { get; } = RSA.Create(3072);

    public static string MerchantPem { get; } = MerchantKey.ExportPkcs8PrivateKeyPem();

    public FakeTimeProvider Clock { get; }

    public TrustWorld Trust { get; }

    public SwitchedNodes Nodes { get; }

    public string Folder => _folder.Path;

    public string JournalFolder => _folder.Combine("journal");

    public string TrustFolder => _folder.Combine("trust");

    public static GateOptions Online(params IEnumerable<Uri> nodes)
    {
        var options = new GateOptions { MerchantId = "hz-metro", MacId = "gate-01", PrivateKeyPem = MerchantPem };
        foreach (var node in nodes.DefaultIfEmpty(new Uri("http://127.0.0.1:9")))
        {
            options.Nodes.Add(node);
        }

        return options;
    }

    public OfflineOptions Offline(Direction direction = Direction.Entry, params IEnumerable<Uri> issuing)
    {
        var options = new OfflineOptions
        {
            DataFolder = Folder,
            Region = "330106",
            SceneKind = "a",
            Direction = direction,
            RootKeysPem = { Trust.RootPem },
            JournalWaitMs = 10_000,
        };
        foreach (var address in issuing)
        {
            options.Issuing.Add(address);
        }

        return options;
    }

    /// <summary>Puts trust on the disk, as a gate does that once heard issuing.</summary>
    public void Synchronise(params byte[][] declarations) => Store().Apply(Trust.Update(declarations));

    public TrustStore Store(GateAlarms? alarms = null) => new(
        TrustFolder,
        RootKeys.Read([Trust.RootPem]),
        new EmergencyPolicy { Region = new RegionCode(330106) },
        alarms ?? new GateAlarms(Clock),
        Clock);

    /// <summary>Opens the gate, and waits until it knows about its nodes.</summary>
    public async Task<Gatekeeper> OpenAsync(
        Direction direction = Direction.Entry, Action<OfflineOptions>? change = null)
    {
        var offline = Offline(direction);
        change?.Invoke(offline);
        var gate = Gatekeeper.Open(Online(), offline, Nodes, Clock);
        await gate.ProbedAsync(TestContext.Current.CancellationToken);
        return gate;
    }

    /// <summary>The scans that the journals hold.</summary>
    public IReadOnlyList<OfflineScan> Journal() =>
        [.. new Journal.JournalFolder(JournalFolder, new GateAlarms(Clock)).All().Select(scan => scan.Scan)];

    public void Dispose() => _folder.Dispose();
}

/// <summary>Nodes that answer as they are told to.</summary>
internal sealed class SwitchedNodes : INodes
{
    private int _scans;
    private int _probes;

    public bool AreUp { get; set; }

    public DecodeResponse Answer { get; set; } =
        new() { Code = "PY0000", Msg = "成功", Decision = Decision.Permit, TagNumbers = { 7 } };

    public int Scans => Volatile.Read(ref _scans);

    public int Probes => Volatile.Read(ref _probes);

    public Task<OnlineAnswer> ScanAsync(
        string code, IEnumerable<DecodeField>? fields, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _scans);
        var id = LocalJudge.NewScanId();
        return Task.FromResult(AreUp ? new OnlineAnswer(id, Answer) : new OnlineAnswer(id));
    }

    public Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _probes);
        return Task.FromResult(AreUp);
    }
}
