using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Decode.Tests;

/// <summary>Issuing's side of the feed on a real server, for failures that a healthy one does not produce.</summary>
internal sealed class FakeFeed : FeedService.FeedServiceBase, IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _snapshots;
    private int _watches;

    private FakeFeed()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<FakeFeed>();
    }

    /// <summary>What to send for the n-th snapshot (from 1).</summary>
    public Func<int, IServerStreamWriter<SnapshotResponse>, CancellationToken, Task> OnSnapshot { get; set; } = SendAll;

    /// <summary>What to send for the n-th watch (from 1).</summary>
    public Func<int, WatchRequest, IServerStreamWriter<WatchResponse>, CancellationToken, Task> OnWatch { get; set; } =
        async (_, request, stream, cancellation) =>
        {
            await stream.WriteAsync(World.Heartbeat(request.FromRevision), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        };

    public int Snapshots => Volatile.Read(ref _snapshots);

    public int Watches => Volatile.Read(ref _watches);

    public string? LastAuthorization { get; private set; }

    public string Address => _app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<FakeFeed> Start()
    {
        var feed = new FakeFeed();
        await feed._app.StartAsync();
        return feed;
    }

    public static async Task SendAll(
        int number, IServerStreamWriter<SnapshotResponse> stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(World.Begin(10), cancellation);
        await stream.WriteAsync(World.Batch(World.All()), cancellation);
        await stream.WriteAsync(World.End(World.All().Length), cancellation);
    }

    public override Task Snapshot(
        SnapshotRequest request, IServerStreamWriter<SnapshotResponse> responseStream, ServerCallContext context)
    {
        LastAuthorization = context.RequestHeaders.GetValue("authorization");
        return OnSnapshot(Interlocked.Increment(ref _snapshots), responseStream, context.CancellationToken);
    }

    public override Task Watch(
        WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) =>
        OnWatch(Interlocked.Increment(ref _watches), request, responseStream, context.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
