using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Codes.Online;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Requests;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Decode.Standard;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;
using YiMaTong.Hosting.Health;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Tests;

/// <summary>A whole decode node without its network: real directory, real registry, fake clock.</summary>
internal sealed class Node : IDisposable
{
    private readonly string _folder;
    private readonly bool _ownsFolder;
    private readonly ServiceProvider _provider;
    private ulong _revision = 10;

    public Node(
        Action<DecodeOptions>? configure = null, string? folder = null, TimeProvider? time = null,
        SnapshotOptions? snapshots = null, Action<LoadOptions>? load = null,
        IDecisionSink? decisions = null, UsedOptions? used = null, DateTimeOffset? start = null,
        Func<ISubjectDirectory, ISubjectDirectory>? around = null, WriteAt? disk = null,
        SharedOptions? shared = null)
    {
        Time = new(start ?? Start);
        _ownsFolder = folder is null;
        _folder = folder ?? System.IO.Directory.CreateTempSubdirectory("yimatong-").FullName;
        var directoryOptions = new DirectoryOptions { Folder = _folder, MemoryMiB = 8, ExpectedSubjects = 1_000 };
        Options = new() { SingleUseCapacity = 100_000, RequestCapacity = 100_000 };
        configure?.Invoke(Options);
        var services = new ServiceCollection();
        services.AddSingleton(time ?? Time);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Options));
        services.AddSingleton<ILoggerFactory>(Logs);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddMetrics();
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(directoryOptions));
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(snapshots ?? new SnapshotOptions()));
        around ??= directory => directory;
        services.AddSingleton(_ => around(new FasterSubjectDirectory(directoryOptions)));
        services.AddSingleton<HeldEntities>();
        services.AddSingleton<DataAge>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<SnapshotHealth>();
        services.AddSingleton<SnapshotTaker>();
        services.AddSingleton<SnapshotRestorer>();
        services.AddSingleton<SnapshotService>();
        services.AddSingleton<NodeRegistry>();
        services.AddSingleton<NodeStatus>();
        services.AddSingleton<NodeContent>();
        services.AddSingleton<FeedApplier>();
        services.AddSingleton(provider => Journals(provider, used, disk));
        services.AddSingleton(provider => new ScanIdentity(provider.GetRequiredService<UsedJournals>().ScanKey));
        services.AddSingleton<NodeClock>();
        services.AddSingleton<Timeliness>();
        services.AddSingleton<SingleUse>();
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(shared ?? new()));
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(new DecisionOptions()));
        services.AddSingleton<SharedUses>();
        services.AddSingleton(decisions ?? new NoDecisions());
        services.AddSingleton<DecodeEngine>();
        services.AddSingleton<DecodeMetrics>();
        services.AddSingleton<MerchantGate>();
        services.AddSingleton<SessionTable>();
        services.AddSingleton<SessionOpener>();
        services.AddSingleton<ScanHandler>();
        services.AddSingleton<StopSignal>();
        services.AddSingleton<StreamGuards>();
        services.AddSingleton<DecodeGrpcService>();
        services.AddSingleton<RequestLedger>();
        services.AddSingleton<RequestShares>();
        services.AddSingleton<StandardDecodeGrpcService>();
        services.AddOptions<LoadOptions>().Configure(options => load?.Invoke(options));
        services.AddOptions<ListenersOptions>();
        services.AddSingleton<LoadMetrics>();
        services.AddSingleton<SignatureGuard>();
        services.AddSingleton<LoadState>();
        services.AddSingleton<ScanLimit>();
        _provider = services.BuildServiceProvider();
    }

    /// <summary>2026-09-16 20:12:00 in UTC+8.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 9, 16, 12, 12, 0, TimeSpan.Zero);

    public FakeTimeProvider Time { get; }

    public RecordingLogs Logs { get; } = new();

    public DecodeOptions Options { get; }

    public uint Now => (uint)Time.GetUtcNow().ToUnixTimeSeconds();

    public NodeStatus Status => Get<NodeStatus>();

    public FeedApplier Feed => Get<FeedApplier>();

    public IMeterFactory Meters => Get<IMeterFactory>();

    /// <summary>A node that holds the small city.</summary>
    public static Node Ready(
        Action<DecodeOptions>? configure = null, Action<LoadOptions>? load = null, IDecisionSink? decisions = null,
        UsedOptions? used = null, DateTimeOffset? start = null)
    {
        var node = new Node(configure, load: load, decisions: decisions, used: used, start: start);
        node.Load(World.All());
        return node;
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    public void Load(params Entity[] entities)
    {
        Feed.StartSnapshot();
        _ = Feed.Accept(World.Begin(_revision));
        _ = Feed.Accept(World.Batch(entities));
        Assert.Equal(FeedAction.SnapshotDone, Feed.Accept(World.End(entities.Length)).Action);
    }

    /// <summary>Applies one change as issuing would send it.</summary>
    public void Change(Func<ulong, Entity> entity)
    {
        _revision++;
        Assert.Equal(FeedAction.Continue, Feed.Accept(World.Changes((_revision, entity(_revision)))).Action);
        Assert.Equal(FeedAction.Continue, Feed.Accept(World.Heartbeat(_revision)).Action);
    }

    public string Mint(
        uint? issuedAt = null, byte type = CodeType.PublicTransport, ulong handle = World.Handle, int life = 60)
    {
        var key = new CodeKey(World.KeyId, World.CodeKeyBytes);
        return Mint(key, issuedAt ?? Now, type, handle, life);
    }

    public static string Mint(CodeKey key, uint issuedAt, byte type, ulong handle, int life)
    {
        Span<char> text = stackalloc char[OnlineCode.Length];
        OnlineCode.Mint(key, new CodePayload(handle, type, 1, 0, life), issuedAt, text);
        return new string(text);
    }

    public DecodeOutcome Scan(
        string code, string scanId = "", string macId = World.MacId, byte fields = 0, bool everyField = false)
    {
        Assert.True(Get<NodeRegistry>().TryGetMerchant(World.MerchantId, out var merchant));
        var outcome = default(DecodeOutcome);
        var scan = new ScanInput
        {
            Code = code,
            Merchant = merchant,
            MacId = macId,
            ScanId = Encoding.UTF8.GetBytes(scanId),
            Fields = fields,
            EveryField = everyField,
        };
        Get<DecodeEngine>().Decode(scan, ref outcome);
        return outcome;
    }

    private UsedJournals Journals(
        IServiceProvider provider, UsedOptions? used, WriteAt? disk) => used is null
        ? UsedJournals.Off()
        : new(
            used, Options, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UsedJournals>>(), disk);

    public void Dispose()
    {
        _provider.Dispose();
        if (_ownsFolder && System.IO.Directory.Exists(_folder))
        {
            System.IO.Directory.Delete(_folder, recursive: true);
        }
    }
}
