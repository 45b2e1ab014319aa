using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>DecodeStream on a real listener.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private FakeFeed _feed = null!;
    private GateHost _host = null!;
    private ByteString _session = null!;
    private readonly TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _feed = await FakeFeed.Start();
        _feed.OnWatch = async (_, request, stream, cancellation) =>
        {
            await stream.WriteAsync(World.Heartbeat(request.FromRevision), cancellation);
            await _change.Task.WaitAsync(cancellation);
            await stream.WriteAsync(World.Changes((11, World.Device(11, d => d.Active = false))), cancellation);
            await stream.WriteAsync(World.Heartbeat(11), cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        };
        _host = await GateHost.Start(_feed);
        _session = await _host.OpenSession();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static Scan Good(string id) => new() { Qrcode = GateHost.Mint(), ScanId = id };

    private static async Task<DecodeStreamResponse> Next(
        AsyncDuplexStreamingCall<DecodeStreamRequest, DecodeStreamResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        return call.ResponseStream.Current;
    }

    [Fact]
    public async Task Frames_OneSession_AreAnsweredInOrder()
    {
        using var call = _host.Client.DecodeStream(cancellationToken: Cancellation);
        for (var i = 0; i < 200; i++)
        {
            // All frames are under way before the first answer is read.
            var frame = new DecodeStreamRequest();
            frame.Scans.AddRange([Good($"{i}-a"), new Scan { ScanId = "b" }, Good($"{i}-c")]);
            frame.Session = i == 0 ? _session : ByteString.Empty;
            await call.RequestStream.WriteAsync(frame, Cancellation);
        }

        await call.RequestStream.CompleteAsync();
        for (var i = 0; i < 200; i++)
        {
            var answer = await Next(call);
            Assert.Equal("PY0000", answer.Code);
            Assert.Equal([$"{i}-a", "b", $"{i}-c"], answer.Results.Select(r => r.ScanId));
            Assert.Equal(["PY0000", "PY1001", "PY0000"], answer.Results.Select(r => r.Code));
        }

        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task Frames_WithoutASession_AreAnsweredOnceAndTheStreamEnds()
    {
        using var call = _host.Client.DecodeStream(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new() { Scans = { Good("a") } }, Cancellation);
        var answer = await Next(call);
        Assert.Equal(("PY1002", 0), (answer.Code, answer.Results.Count));
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Frames_WrongNumberOfScansOrRevisionToCome_AreRefusedAndTheStreamGoesOn()
    {
        using var call = _host.Client.DecodeStream(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new() { Session = _session }, Cancellation);
        Assert.Equal("PY1001", (await Next(call)).Code);
        await call.RequestStream.WriteAsync(new() { Scans = { Good("a") }, MinRevision = 99 }, Cancellation);
        Assert.Equal("PY2018", (await Next(call)).Code);
        await call.RequestStream.WriteAsync(new() { Scans = { Good("a") } }, Cancellation);
        Assert.Equal("PY0000", (await Next(call)).Code);
    }

    [Fact]
    public async Task Frames_DeviceDisabledMeanwhile_AreRefusedAndTheStreamEnds()
    {
        using var call = _host.Client.DecodeStream(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new() { Session = _session, Scans = { Good("a") } }, Cancellation);
        Assert.Equal("PY0000", (await Next(call)).Code);

        _change.SetResult();
        await AwaitUntil.Soon(() => _host.Services.GetRequiredService<NodeStatus>().Has(11), "the change arrived");

        await call.RequestStream.WriteAsync(new() { Scans = { Good("b") } }, Cancellation);
        Assert.Equal("PY2005", (await Next(call)).Code);
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
    }

    [Fact]
    public async Task Stream_DeadlineOver_Ends()
    {
        using var call = _host.Client.DecodeStream(
            deadline: DateTime.UtcNow.AddMilliseconds(300), cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new() { Session = _session, Scans = { Good("a") } }, Cancellation);
        Assert.Equal("PY0000", (await Next(call)).Code);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task Stream_ClientThatNeverReads_IsNotReadFromEither()
    {
        using var call = _host.Client.DecodeStream(cancellationToken: Cancellation);
        var frame = new DecodeStreamRequest { Session = _session };
        frame.Scans.AddRange(Enumerable.Range(0, 256).Select(i => Good($"{i}")));
        var sent = 0;
        var write = Task.CompletedTask;
        do
        {
            // Each answer is as large as its frame; what cannot be delivered must hold up what is sent.
            write = call.RequestStream.WriteAsync(frame, Cancellation);
            sent++;
            Assert.True(sent < 2_000, "frames are taken without end");
        }
        while (await Task.WhenAny(write, Task.Delay(2_000, Cancellation)) == write);

        // Windows of both sides and their buffers hold what was taken: frames of one stream, and so answers, are few.
        // Counted in bytes of this stream, not of the process, where other tests allocate meanwhile.
        var taken = (long)sent * frame.CalculateSize();
        Assert.True(taken < 8 << 20, $"{taken} bytes were taken in {sent} frames");
        var other = await _host.Client.DecodeAsync(
            new() { Session = _session, Qrcode = GateHost.Mint() }, cancellationToken: Cancellation);
        Assert.Equal("PY0000", other.Code);
        call.Dispose();
        await AwaitUntil.Soon(() => write.IsFaulted || write.IsCanceled, "the write that was held up ends");
    }

    [Fact]
    public async Task Stream_ResetsByTheThousands_LeaveTheNodeServing()
    {
        for (var i = 0; i < 3_000; i++)
        {
            using var call = _host.Client.DecodeStream(cancellationToken: Cancellation);
            await call.RequestStream.WriteAsync(new() { Session = _session, Scans = { Good("a") } }, Cancellation);
            if (i % 2 == 0)
            {
                _ = await Next(call);
            }
        }

        var answer = await _host.Client.DecodeAsync(
            new() { Session = _session, Qrcode = GateHost.Mint() }, cancellationToken: Cancellation);
        Assert.Equal("PY0000", answer.Code);
        Assert.Empty(_host.Logs.Errors);
    }
}
