using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Tests.Decisions;

namespace YiMaTong.Decode.Tests;

/// <summary>When a gate that is refused is told to come again.</summary>
public sealed class RetryAfterTests
{
    private static ByteString Session(Node node) =>
        ByteString.CopyFrom(node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key).ToBytes());

    [Fact]
    public void Decode_TooManyScans_ComesAgainExactlyWhenThereIsRoom()
    {
        using var node = Node.Ready(
            load: o => (o.ScansPerSecondPerSession, o.ScanBurstPerSession) = (2, 256));
        var session = Session(node);
        Assert.Equal("PY0000", Batch(node, session, scans: 256).Code);

        var refused = One(node, session);
        Assert.Equal(("PY1008", 500u), (refused.Code, refused.RetryAfterMs));
        var batch = Batch(node, session, scans: 6);
        Assert.Equal(("PY1008", 3_000u, 0), (batch.Code, batch.RetryAfterMs, batch.Results.Count));

        node.Time.Advance(TimeSpan.FromMilliseconds(refused.RetryAfterMs - 1));
        Assert.Equal(("PY1008", 1u), (One(node, session).Code, One(node, session).RetryAfterMs));
        node.Time.Advance(TimeSpan.FromMilliseconds(1));
        var admitted = One(node, session);
        Assert.Equal(("PY0000", 0u), (admitted.Code, admitted.RetryAfterMs));
        Assert.Equal("PY1008", One(node, session).Code);
    }

    [Fact]
    public void Decode_AnswerCannotBeRecorded_ComesAgainInASecondOrSoAndNotAllAtOnce()
    {
        var sink = new ListSink { Takes = false };
        using var node = Node.Ready(decisions: sink);
        var session = Session(node);

        var answer = Batch(node, session, scans: 64);

        Assert.Equal(("PY0000", 0u), (answer.Code, answer.RetryAfterMs));
        Assert.All(answer.Results, result => Assert.Equal("PY1998", result.Code));
        Assert.All(answer.Results, result => Assert.InRange(result.RetryAfterMs, 600u, 1_600u));
        Assert.Equal(4, answer.Results.Select(result => result.RetryAfterMs).Distinct().Count());
        Assert.InRange(One(node, session).RetryAfterMs, 600u, 1_600u);
    }

    [Theory]
    [InlineData(true, 0, 0)]
    [InlineData(false, 600, 1_600)]
    public async Task DecodeRpc_Durable_HintsWhereTheCommitFails(bool commits, uint least, uint most)
    {
        var sink = new ListSink { Waits = true };
        sink.Commit.SetResult(commits);
        using var node = Node.Ready(decisions: sink);
        var request = new DecodeRequest { Session = Session(node), Qrcode = node.Mint() };
        var call = await node.Get<DecodeGrpcService>().AnswerOneLater(
            GateWire.Read(request), TestContext.Current.CancellationToken);

        Assert.Equal(commits ? "PY0000" : "PY1998", GateWire.Answer(call).Code);
        Assert.InRange(GateWire.Answer(call).RetryAfterMs, least, most);
    }

    [Fact]
    public void Decode_AnyOtherAnswer_HasNoHint()
    {
        using var node = Node.Ready();
        var session = Session(node);
        Assert.Equal(("PY0000", 0u), (One(node, session).Code, One(node, session).RetryAfterMs));
        var bad = GateWire.Decode(node, new() { Session = session });
        Assert.Equal(("PY1001", 0u), (bad.Code, bad.RetryAfterMs));
        var stranger = GateWire.Decode(node, new() { Qrcode = node.Mint() });
        Assert.Equal(("PY1002", 0u), (stranger.Code, stranger.RetryAfterMs));
    }

    private static DecodeResponse One(Node node, ByteString session) =>
        GateWire.Decode(node, new() { Session = session, Qrcode = node.Mint() });

    private static DecodeBatchResponse Batch(Node node, ByteString session, int scans)
    {
        var request = new DecodeBatchRequest { Session = session };
        request.Scans.AddRange(Enumerable.Range(0, scans).Select(_ => new Scan { Qrcode = node.Mint() }));
        var call = GateWire.Read(request.ToByteArray(), RequestReader.TryReadMany);
        _ = node.Get<ScanHandler>().AnswerAll(call, call.Session, PyCodes.Success);
        return DecodeBatchResponse.Parser.ParseFrom(call.Answer.Written);
    }
}
