using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Sessions;
using YiMaTong.Hosting.Health;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>When the node ends a stream of its own accord.</summary>
public sealed class StreamGuardTests : IDisposable
{
    private readonly Node _node = Node.Ready(options => options.SessionLifeSeconds = 1_000);
    private readonly TestFrames _frames = new();
    private readonly TestAnswers _answers = new();
    private readonly Task _stream;

    public StreamGuardTests() =>
        _stream = _node.Get<DecodeGrpcService>().Serve(_frames, _answers, TestContext.Current.CancellationToken);

    public void Dispose() => _node.Dispose();

    private byte[] OpenSession() => _node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key).ToBytes();

    private async Task<string> Ask(byte[] session)
    {
        var frame = new DecodeStreamRequest { Session = ByteString.CopyFrom(session) };
        frame.Scans.Add(new Scan { Qrcode = _node.Mint() });
        return await Send(frame.ToByteArray());
    }

    private async Task<string> Send(byte[] frame)
    {
        _frames.Add(GateWire.Read(frame, RequestReader.TryReadMany));
        return (await _answers.Next()).Code;
    }

    private async Task Ends(string with)
    {
        var end = await Assert.ThrowsAsync<RpcException>(
            () => _stream.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.Unavailable, with), (end.StatusCode, end.Status.Detail));
    }

    private void Pass(double seconds) => _node.Time.Advance(TimeSpan.FromSeconds(seconds));

    [Fact]
    public async Task Serve_NoFirstFrame_EndsAfterTenSeconds()
    {
        Pass(9.9);
        Assert.False(_stream.IsCompleted);
        Pass(0.1);
        await Ends("Nothing came for too long.");
    }

    [Fact]
    public async Task Serve_FramesThenNone_EndsAfterTheIdleLimit()
    {
        var session = OpenSession();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("PY0000", await Ask(session));
            Pass(299);
            Assert.False(_stream.IsCompleted);
        }

        Pass(1);
        await Ends("Nothing came for too long.");
    }

    [Fact]
    public async Task Serve_FramesThatAreNoMessages_DoNotKeepItOpen()
    {
        Pass(6);
        Assert.Equal("PY1001", await Send([0xFF]));
        Pass(4);
        await Ends("Nothing came for too long.");
    }

    [Fact]
    public async Task Serve_SessionOver_Ends()
    {
        var session = OpenSession();
        Assert.Equal("PY0000", await Ask(session));
        for (var i = 0; i < 3; i++)
        {
            Pass(250);
            Assert.Equal("PY0000", await Ask(session));
        }

        // 250 s are left of its life.
        Pass(249);
        Assert.False(_stream.IsCompleted);
        Pass(1);
        await Ends("Nothing came for too long.");
    }

    [Fact]
    public async Task Serve_StrangersSession_IsAnsweredAndTheStreamEnds()
    {
        Assert.Equal("PY1002", await Ask(new byte[SessionToken.Size]));
        await _stream.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Serve_NodeStops_AnswersTheFrameInHandAndEnds()
    {
        var session = OpenSession();
        Assert.Equal("PY0000", await Ask(session));
        var frame = new DecodeStreamRequest { MinRevision = 11 };
        frame.Scans.Add(new Scan { Qrcode = _node.Mint() });
        _frames.Add(GateWire.Read(frame.ToByteArray(), RequestReader.TryReadMany));
        await AwaitUntil.Soon(() => _frames.Taken == 2, "the frame is in hand");
        await _node.Get<StopSignal>().GiveAsync();
        _node.Change(r => World.Device(r));

        Assert.Equal("PY0000", (await _answers.Next()).Code);
        await Ends("The node is stopping.");
    }
}
