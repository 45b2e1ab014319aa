using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Tests;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// Issuing's side of the feed, fast enough for churn, and the reference model: it knows at which revisions each subject
/// changed, and a subject's tags are the revision of its last change. Thread-safe.
/// </summary>
internal sealed class ModelFeed : FeedService.FeedServiceBase, IAsyncDisposable
{
    public const ulong FirstHandle = 1_000_000;

    /// <summary>Tags are numbered from 1; so many bits of a revision can be told by them.</summary>
    public const int TagBits = 40;

    /// <summary>The second device.</summary>
    public const string OtherMacId = "gate-02";

    private const int BatchMax = 500;

    private readonly Lock _lock = new();
    private readonly Entity[] _registry;
    private readonly List<ulong>[] _changes;
    private readonly List<int> _history = [];
    private readonly ulong _base;
    private WebApplication? _app;
    private int _snapshots;

    public ModelFeed(int subjects, bool singleUse = false)
    {
        _registry =
        [
            World.Scene(1, scene => scene.SingleUse = singleUse), World.Merchant(2), World.Device(3), World.CodeKey(4),
            .. Enumerable.Range(1, TagBits).Select(n => World.Tag((ulong)(4 + n), n, $"tag-{n}")),
            World.Device(5 + TagBits, device => device.MacId = OtherMacId),
        ];
        _base = (ulong)_registry.Length;
        _changes = [.. Enumerable.Range(0, subjects).Select(_ => new List<ulong>())];
        for (var i = 0; i < subjects; i++)
        {
            Change(i);
        }
    }

    public int Subjects => _changes.Length;

    public int Snapshots => Volatile.Read(ref _snapshots);

    public ulong Revision
    {
        get
        {
            lock (_lock)
            {
                return _base + (ulong)_history.Count;
            }
        }
    }

    /// <summary>Changes a subject.</summary>
    public void Change(int subject)
    {
        lock (_lock)
        {
            _history.Add(subject);
            _changes[subject].Add(_base + (ulong)_history.Count);
        }
    }

    /// <summary>Whether an answer is right: the subject's state as of the answer's revision or a later one.</summary>
    public bool IsRight(int subject, ulong tags, ulong dataRevision)
    {
        lock (_lock)
        {
            var due = _changes[subject].FindLast(revision => revision <= dataRevision);
            return tags >= due && _changes[subject].Contains(tags);
        }
    }

    public async Task Start(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            k => k.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<ModelFeed>();
        await _app.StartAsync();
    }

    public override async Task Snapshot(
        SnapshotRequest request, IServerStreamWriter<SnapshotResponse> responseStream, ServerCallContext context)
    {
        Interlocked.Increment(ref _snapshots);
        await responseStream.WriteAsync(World.Begin(Revision), context.CancellationToken);
        await responseStream.WriteAsync(World.Batch(_registry), context.CancellationToken);
        for (var from = 0; from < Subjects; from += BatchMax)
        {
            var batch = Enumerable.Range(from, Math.Min(BatchMax, Subjects - from)).Select(Now).ToArray();
            await responseStream.WriteAsync(World.Batch(batch), context.CancellationToken);
        }

        await responseStream.WriteAsync(World.End(_registry.Length + Subjects), context.CancellationToken);
    }

    public override async Task Watch(
        WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        var at = request.FromRevision;
        while (true)
        {
            var changes = After(at);
            if (changes.Length > 0)
            {
                await responseStream.WriteAsync(World.Changes(changes), context.CancellationToken);
                at = changes[^1].Revision;
            }

            await responseStream.WriteAsync(World.Heartbeat(Revision), context.CancellationToken);
            if (at == Revision)
            {
                await Task.Delay(20, context.CancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private (ulong Revision, Entity Entity)[] After(ulong revision)
    {
        lock (_lock)
        {
            var from = (int)(revision - _base);
            return
            [
                .. Enumerable.Range(from, Math.Min(BatchMax, _history.Count - from))
                    .Select(i => (_base + (ulong)i + 1, Now(_history[i]))),
            ];
        }
    }

    private Entity Now(int subject)
    {
        lock (_lock)
        {
            var revision = _changes[subject][^1];
            return World.Subject(revision, s => (s.Handle, s.Tags) = (FirstHandle + (ulong)subject, revision));
        }
    }
}
