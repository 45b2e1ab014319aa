using Google.Protobuf;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Standard;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>
/// Two nodes that share uses, one of which has its clock set back when the shared store has forgotten them.
/// </summary>
public sealed class SharedClockTests : IAsyncLifetime
{
    private PausedRedis _redis = null!;
    private SteppedNode _one = null!;
    private SteppedNode _two = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await PausedRedis.Start(Stop);
        _one = Begin();
        _two = Begin();
    }

    public ValueTask DisposeAsync()
    {
        _one.Dispose();
        _two.Dispose();
        return _redis.DisposeAsync();
    }

    [Fact]
    public async Task Decode_ClockOfTheOtherNodeSetBack_LetsACodeInOnce()
    {
        var code = _one.Code(0);
        Assert.Equal("PY0000", await Scan(_one, code, "a"));
        Assert.Equal("PY2009", await Scan(_two, code, "b"));
        await Pass(17);
        Assert.Equal("PY2008", await Scan(_two, code, "c"));

        _two.Clock = 0;

        Assert.Equal("PY2018", await Scan(_two, code, "d"));
        Assert.Equal("PY2008", await Scan(_one, code, "e"));
    }

    [Theory]
    [InlineData(-290)]
    [InlineData(0)]
    [InlineData(290)]
    public async Task Requests_ClockOfTheOtherNodeSetBack_AreAnsweredOnce(double clock)
    {
        var (request, session) = (_one.Request(0), _one.Session(0));
        Assert.Equal("PY0000", await Answer(_one, request));
        Assert.Equal("PY0000", await Open(_one, session));
        Assert.Equal("PY2004", await Answer(_two, request));
        Assert.Equal("PY2004", await Open(_two, session));
        await Pass(601);

        _two.Clock = clock;

        Assert.Equal("PY2003", await Answer(_two, request));
        Assert.Equal("PY2003", await Open(_two, session));
    }

    private SteppedNode Begin() => new(
        configure: o => o.SingleUseLifeSeconds = 15,
        shared: new SharedOptions { Redis = _redis.Address, TimeoutMs = 5_000 });

    // The store's keys end by its own time, which nobody here waits for.
    private async Task Pass(double seconds)
    {
        _one.Pass(seconds);
        _two.Pass(seconds);
        await _redis.Forget();
    }

    private static async Task<string> Scan(SteppedNode node, string code, string scanId)
    {
        var token = node.Node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key);
        var call = GateWire.Read(
            new() { Session = ByteString.CopyFrom(token.ToBytes()), Qrcode = code, ScanId = scanId });
        return GateWire.Answer(await node.Node.Get<DecodeGrpcService>().AnswerOneLater(call, Stop)).Code;
    }

    private static async Task<string> Answer(SteppedNode node, Contracts.Decode.V1.DecodeQrcodeRequest request) =>
        (await node.Node.Get<StandardDecodeGrpcService>().AnswerLater(request, default, Stop)).Code;

    private static async Task<string> Open(SteppedNode node, Contracts.Decode.V1.OpenSessionRequest request) =>
        (await node.Node.Get<SessionOpener>().OpenShared(request, default)).Code;
}
