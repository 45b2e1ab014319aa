using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Tests;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>SIGTERM while gates hold connections open on which nothing is pending: the node waits for none.</summary>
public sealed class StoppedNodeTests(ITestOutputHelper output)
{
    private const int Subjects = 100;
    private const int StopSeconds = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(100, true)]
    [InlineData(100, false)]
    public async Task Sigterm_IdleStreams_EndsAtOnce(int streams, bool reads)
    {
        await using var place = await Place.Start();
        var session = await place.Node.OpenSession(World.MacId);
        var open = new List<AsyncDuplexStreamingCall<DecodeStreamRequest, DecodeStreamResponse>>();
        for (var i = 0; i < streams; i++)
        {
            open.Add(await OpenStream(place.Node, session));
        }

        // What a client reads of the end, where its connection is closed as well, is up to the client.
        var ends = reads ? open.ConvertAll(End) : [];
        await StopsAtOnce(place.Node);
        _ = await Task.WhenAll(ends);
        open.ForEach(call => call.Dispose());
    }

    [Fact]
    public async Task Sigterm_SocketThatNobodyReads_EndsAtOnceAndLeavesTheAnswerOnTheWay()
    {
        await using var place = await Place.Start();
        using var gate = await place.Node.Connect();
        await gate.Call("DecodeStream", Frame(await place.Node.OpenSession(World.MacId)), ends: false, Stop);
        await gate.Answer(Stop);
        await StopsAtOnce(place.Node);
        Assert.Equal((true, true), await gate.End(Stop));
    }

    [Fact]
    public async Task Sigterm_CallUnderWay_IsAnsweredAndThenItEnds()
    {
        await using var place = await Place.Start("--Decode:MinRevisionWaitMs=800");
        using var gate = await place.Node.Connect();
        var request = new DecodeRequest
        {
            Session = await place.Node.OpenSession(World.MacId),
            Qrcode = DecodeProcess.Mint(ModelFeed.FirstHandle),
            MinRevision = 1_000_000,
        };
        await gate.Call("Decode", request, ends: true, Stop);
        await gate.Taken(Stop);
        await StopsAtOnce(place.Node);
        Assert.Equal((true, true), await gate.End(Stop));
    }

    private static Task<RpcException> End(AsyncDuplexStreamingCall<DecodeStreamRequest, DecodeStreamResponse> call) =>
        Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Stop));

    private static async Task<AsyncDuplexStreamingCall<DecodeStreamRequest, DecodeStreamResponse>> OpenStream(
        DecodeProcess node, ByteString session)
    {
        var call = node.Stream();
        await call.RequestStream.WriteAsync(Frame(session), Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal("PY0000", call.ResponseStream.Current.Code);
        return call;
    }

    private static DecodeStreamRequest Frame(ByteString session) => new()
    {
        Session = session,
        Scans = { new Scan { Qrcode = DecodeProcess.Mint(ModelFeed.FirstHandle) } },
    };

    private async Task StopsAtOnce(DecodeProcess node)
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await node.Terminate(TimeSpan.FromSeconds(StopSeconds + 15)));
        output.WriteLine($"ended after {watch.ElapsedMilliseconds} ms");
        Assert.True(watch.Elapsed < Limit, $"the stop took {watch.ElapsedMilliseconds} ms\n{node.Output}");
    }

    /// <summary>A node with all that it needs.</summary>
    private sealed class Place : IAsyncDisposable
    {
        private readonly TempDirectory _folder = new("yimatong-faults-");
        private readonly ModelFeed _feed = new(Subjects);

        public DecodeProcess Node { get; private set; } = null!;

        public static async Task<Place> Start(params string[] settings)
        {
            var place = new Place();
            var port = FreePort.Take(1)[0];
            await place._feed.Start(port);
            place.Node = await DecodeProcess.Start(
                place._folder.Path, port, "", [$"--Listeners:StopSeconds={StopSeconds}", .. settings]);
            return place;
        }

        public async ValueTask DisposeAsync()
        {
            await Node.DisposeAsync();
            await _feed.DisposeAsync();
            _folder.Dispose();
        }
    }
}
