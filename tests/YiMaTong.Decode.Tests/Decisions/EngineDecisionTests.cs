using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Sessions;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>What the engine hands to the record, and what it does when the record refuses.</summary>
public sealed class EngineDecisionTests
{
    [Fact]
    public void Decode_PermittedAndDenied_AreRecordedAsToldAndAsTheyWere()
    {
        var sink = new ListSink();
        using var node = Node.Ready(decisions: sink);
        node.Change(revision => World.Merchant(revision, merchant => merchant.ReasonDetail = false));
        var permitted = node.Scan(node.Mint(), "scan-1", fields: FieldBits.Tags);
        var late = node.Scan(node.Mint(issuedAt: node.Now - 600), "scan-2");
        var foreign = node.Scan("hello", "scan-3");

        Assert.Equal(3, sink.Entries.Count);
        var first = sink.Entries[0];
        Assert.Equal(permitted.DecisionId, first.DecisionId);
        Assert.Equal(World.Handle, first.Handle);
        Assert.Equal(
            (World.MerchantId, World.MacId, World.SceneId),
            (first.Place.MerchantId, first.Place.MacId, first.Place.SceneId));
        Assert.Equal(Decision.Permit, first.Decision);
        Assert.Equal((permitted.Tags, permitted.Fields), (first.Tags, first.Fields));
        Assert.NotEqual(0UL, first.Tags);
        Assert.Equal(permitted.DataRevision, first.DataRevision);
        Assert.Equal(node.Time.GetUtcNow().ToUnixTimeMilliseconds(), first.AtMs);

        Assert.Equal(late.DecisionId, sink.Entries[1].DecisionId);
        Assert.Equal((2007, 2008), (sink.Entries[1].Told, sink.Entries[1].Cause));
        Assert.Equal((World.Handle, 0UL), (sink.Entries[1].Handle, sink.Entries[1].Tags));
        Assert.Equal((foreign.DecisionId, 0UL), (sink.Entries[2].DecisionId, sink.Entries[2].Handle));
    }

    [Fact]
    public void Decode_RepeatedScan_IsRecordedAgainWithTheSameDecision()
    {
        var sink = new ListSink();
        using var node = Node.Ready(decisions: sink);
        node.Change(revision => World.Scene(revision, scene => scene.SingleUse = true));
        var code = node.Mint();
        node.Scan(code, "scan-1");
        node.Scan(code, "scan-1");

        Assert.Equal(2, sink.Entries.Count);
        Assert.Equal(sink.Entries[0].DecisionId, sink.Entries[1].DecisionId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decode_RecordRefuses_TellsNothingAndACodeStaysGood(bool known)
    {
        var sink = new ListSink();
        using var node = Node.Ready(decisions: sink);
        node.Change(revision => World.Scene(revision, scene => scene.SingleUse = true));
        var code = node.Mint();
        (sink.Refusing, sink.Takes) = (known, false);
        var refused = node.Scan(code, "scan-1", everyField: true);
        (sink.Refusing, sink.Takes) = (false, true);

        Assert.Equal((PyCodes.Busy, PyCodes.Busy), (refused.Code, refused.Cause));
        Assert.Equal(Decision.Unspecified, refused.Decision);
        Assert.Equal((0UL, (byte)0, UInt128.Zero), (refused.Tags, refused.Fields, refused.DecisionId));
        Assert.Equal(PyCodes.Success, node.Scan(code, "scan-1").Code);
        if (known)
        {
            // Known beforehand, the refusal leaves the code to whoever comes next.
            var other = node.Mint();
            sink.Refusing = true;
            node.Scan(other, "scan-2");
            sink.Refusing = false;
            Assert.Equal(PyCodes.Success, node.Scan(other, "scan-3", macId: "gate-02").Code);
        }
    }

    [Theory]
    [InlineData(true, "PY0000")]
    [InlineData(false, "PY1998")]
    public async Task DecodeRpc_Durable_WaitsForTheCommit(bool settles, string expected)
    {
        var sink = new ListSink { Waits = true };
        using var node = Node.Ready(decisions: sink);
        var cancellation = TestContext.Current.CancellationToken;
        var session = node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key).ToBytes();
        var request = new DecodeRequest
        {
            Session = ByteString.CopyFrom(session),
            Qrcode = node.Mint(),
            ScanId = "s",
        };
        var answer = node.Get<DecodeGrpcService>().AnswerOneLater(GateWire.Read(request), cancellation);

        Assert.Single(sink.Entries);
        Assert.False(answer.IsCompleted);
        sink.Commit.SetResult(settles);
        Assert.Equal(expected, GateWire.Answer(await answer).Code);
    }
}
