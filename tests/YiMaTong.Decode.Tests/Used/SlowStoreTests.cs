using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Sessions;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>What happens while a scan waits for the shared store counts.</summary>
public sealed class SlowStoreTests : IAsyncLifetime
{
    private PausedRedis _redis = null!;
    private Node _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await PausedRedis.Start(Stop);
        _node = new(shared: new SharedOptions { Redis = _redis.Address, TimeoutMs = 10_000 });
        _node.Load(World.All());
        _node.Change(r => World.Subject(r, s => s.ConsentUntil = _node.Now + 30));
    }

    public ValueTask DisposeAsync()
    {
        _node.Dispose();
        return _redis.DisposeAsync();
    }

    [Theory]
    [InlineData(0, 1_000, "PY2018", false)]
    [InlineData(0, 1_000, "PY2018", true)]
    [InlineData(-64, 0, "PY2008", false)]
    [InlineData(-64, 0, "PY2008", true)]
    [InlineData(0, 0, "PY2016", false)]
    [InlineData(0, 0, "PY2016", true)]
    [InlineData(-60, 3_000, "PY0000", false)]
    [InlineData(-60, 3_000, "PY0000", true)]
    public async Task Decode_StoreTakesTwoSeconds_IsJudgedByTheTimeAfterwards(
        int madeAt, uint stalenessMs, string expected, bool asBatch)
    {
        _node.Change(r => World.Scene(r, s => (s.SingleUse, s.MaxStalenessMs) = (true, stalenessMs)));
        _node.Time.Advance(TimeSpan.FromSeconds(expected == "PY2016" ? 29 : 0));
        await _redis.Pause();
        var answer = Send(_node.Mint((uint)(_node.Now + madeAt)), asBatch);
        Assert.False(answer.IsCompleted);

        _node.Time.Advance(TimeSpan.FromSeconds(2));
        await _redis.GoOn();

        var told = await answer;
        Assert.Equal((expected, true), (told.Code, told.DataAgeMs >= 2_000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decode_OlderSnapshotIsRestoredMeanwhile_IsNotAnsweredBelowTheRevisionAskedFor(bool asBatch)
    {
        _node.Change(r => World.Scene(r, s => s.SingleUse = true));
        await _redis.Pause();
        var answer = Send(_node.Mint(), asBatch, minRevision: 12);
        var ready = Send(_node.Mint(), asBatch);
        Assert.False(answer.IsCompleted);

        _node.Feed.StartSnapshot();
        _ = _node.Feed.Accept(World.Begin(10));
        _ = _node.Feed.Accept(World.Batch(World.All()));
        Assert.Equal(FeedAction.SnapshotDone, _node.Feed.Accept(World.End(World.All().Length)).Action);
        await _redis.GoOn();

        Assert.Equal(("PY2018", 10UL), ((await answer).Code, (await answer).DataRevision));
        Assert.Equal("PY0000", (await ready).Code);
    }

    private async Task<DecodeResponse> Send(string code, bool asBatch, ulong minRevision = 0)
    {
        var session = ByteString.CopyFrom(
            _node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key).ToBytes());
        var service = _node.Get<DecodeGrpcService>();
        if (!asBatch)
        {
            var one = new DecodeRequest
            {
                Session = session,
                Qrcode = code,
                ScanId = code,
                MinRevision = minRevision,
            };
            return GateWire.Answer(await service.AnswerOneLater(GateWire.Read(one), Stop));
        }

        var many = new DecodeBatchRequest
        {
            Session = session,
            Scans = { new Scan { Qrcode = code, ScanId = code } },
            MinRevision = minRevision,
        };
        var call = GateWire.Read(many.ToByteArray(), RequestReader.TryReadMany);
        _ = await _node.Get<ScanHandler>().AnswerAllShared(
            call, call.Session.ToArray(), PyCodes.Success);
        return DecodeBatchResponse.Parser.ParseFrom(call.Answer.Written).Results[0];
    }
}
