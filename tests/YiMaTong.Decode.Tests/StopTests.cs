using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Hosting.Health;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>Open streams and what the node does about them, on real ports.</summary>
public sealed class StopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_GateWithAnOpenStream_EndsItAndWritesTheLastSnapshot()
    {
        var change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var feed = await FakeFeed.Start();
        feed.OnWatch = async (_, request, stream, cancellation) =>
        {
            await stream.WriteAsync(World.Heartbeat(request.FromRevision), cancellation);
            await change.Task.WaitAsync(cancellation);
            await stream.WriteAsync(World.Changes((11, World.Device(11))), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        };
        await using var host = await GateHost.Start(feed, ("Listeners:StopSeconds", "5"));
        var snapshots = host.Services.GetRequiredService<SnapshotStore>();
        await AwaitUntil.Soon(() => Newest(snapshots) == 10, "the first snapshot is written");
        using var call = await Open(host, await host.OpenSession());
        change.SetResult();
        await AwaitUntil.Soon(() => host.Services.GetRequiredService<NodeStatus>().Has(11), "the change arrived");

        var watch = Stopwatch.StartNew();
        await host.Stop();

        // What the client reads of the stream's end, once the connection is closed as well, is up to the client; and
        // the snapshot is written however long the connection took.
        TestContext.Current.TestOutputHelper?.WriteLine($"stopped after {watch.ElapsedMilliseconds} ms");
        _ = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(11UL, Newest(snapshots));
    }

    [Fact]
    public async Task Signal_OpenStreams_EndAsUnavailable()
    {
        await using var host = await GateHost.Start();
        using var call = await Open(host, await host.OpenSession());
        await host.Services.GetRequiredService<StopSignal>().GiveAsync();

        var end = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal((StatusCode.Unavailable, "The node is stopping."), (end.StatusCode, end.Status.Detail));
        Assert.Empty(host.Logs.Errors);
    }

    [Fact]
    public async Task StopAsync_HostsTimeIsOver_WritesTheLastSnapshotAllTheSame()
    {
        using var node = Node.Ready();
        await node.Get<SnapshotService>().StopAsync(new CancellationToken(canceled: true));
        Assert.Equal(10UL, Newest(node.Get<SnapshotStore>()));
    }

    [Fact]
    public async Task Open_MoreStreamsThanAllowed_IsRefusedAndTheOthersGoOn()
    {
        await using var host = await GateHost.Start(settings: ("Decode:Load:MaxStreams", "1"));
        var session = await host.OpenSession();
        using var first = await Open(host, session);
        using var second = host.Client.DecodeStream(cancellationToken: Cancellation);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => second.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains(refusal.Trailers.GetValue("retry-after-ms"), new[] { "1200", "1600", "2400", "3200" });
        await Ask(first, session);
        var unary = await host.Client.DecodeAsync(
            new() { Session = session, Qrcode = GateHost.Mint() }, cancellationToken: Cancellation);
        Assert.Equal("PY0000", unary.Code);
    }

    private static ulong Newest(SnapshotStore store) =>
        store.Open().List().Select(file => file.Header.Revision).DefaultIfEmpty().Max();

    private static async Task<AsyncDuplexStreamingCall<DecodeStreamRequest, DecodeStreamResponse>> Open(
        GateHost host, ByteString session)
    {
        var call = host.Client.DecodeStream(cancellationToken: Cancellation);
        await Ask(call, session);
        return call;
    }

    private static async Task Ask(
        AsyncDuplexStreamingCall<DecodeStreamRequest, DecodeStreamResponse> call, ByteString session)
    {
        var frame = new DecodeStreamRequest { Session = session };
        frame.Scans.Add(new Scan { Qrcode = GateHost.Mint() });
        await call.RequestStream.WriteAsync(frame, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal("PY0000", call.ResponseStream.Current.Code);
    }
}
