using System.Collections.Concurrent;
using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Standard;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>
/// A code of single use whose scan was let in and then refused, because the answer could not be recorded: nobody was
/// told, so the code waits for that device.
/// </summary>
public sealed class RefusedUseTests
{
    private const string OtherGate = "gate-02";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Node SingleUseNode(ListSink sink)
    {
        var node = Node.Ready(decisions: sink);
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        node.Change(r => World.Device(r, d => d.MacId = OtherGate));
        return node;
    }

    private static PyCode Refused(Node node, ListSink sink, string code, string scanId)
    {
        sink.Takes = false;
        var answer = node.Scan(code, scanId).Code;
        sink.Takes = true;
        return answer;
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("s1", "s1")]
    [InlineData("s1", "s2")]
    [InlineData("s1", "")]
    [InlineData("", "s1")]
    public void Decode_AnswerWasRefused_SameDeviceComesAgainAsIfForTheFirstTime(string first, string second)
    {
        var sink = new ListSink();
        using var node = SingleUseNode(sink);
        var code = node.Mint();
        Assert.Equal(PyCodes.Busy, Refused(node, sink, code, first));
        node.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code, second, OtherGate).Code);
        var again = node.Scan(code, second);
        Assert.Equal(PyCodes.Success, again.Code);

        // From here on it is an ordinary first scan, with its grace and its repetitions.
        node.Time.Advance(TimeSpan.FromSeconds(3));
        var repeated = node.Scan(code, second);
        Assert.Equal((PyCodes.Success, again.DecisionId), (repeated.Code, repeated.DecisionId));
        node.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(second.Length == 0 ? PyCodes.AlreadyUsed : PyCodes.Success, node.Scan(code, second).Code);
        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code, "s3").Code);
        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code, second, OtherGate).Code);
    }

    [Fact]
    public void Decode_RefusedTwice_StillWaitsForItsDevice()
    {
        var sink = new ListSink();
        using var node = SingleUseNode(sink);
        var code = node.Mint();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(PyCodes.Busy, Refused(node, sink, code, $"s{i}"));
            node.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(PyCodes.Success, node.Scan(code, "s9").Code);
        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code, "s1").Code);
    }

    [Fact]
    public void Decode_WaitingCodeThatHasExpired_IsRefusedAsAnyOther()
    {
        var sink = new ListSink();
        using var node = SingleUseNode(sink);
        var code = node.Mint();
        Assert.Equal(PyCodes.Busy, Refused(node, sink, code, ""));
        node.Time.Advance(TimeSpan.FromSeconds(65));
        Assert.Equal(PyCodes.Expired, node.Scan(code).Code);
    }

    [Fact]
    public void Decode_HundredScansForAWaitingCode_HaveOneWinnerAtItsDevice()
    {
        const int Rounds = 300;
        const int Threads = 10;
        var sink = new ListSink();
        using var node = SingleUseNode(sink);
        var codes = Enumerable.Range(0, Rounds).Select(_ => node.Mint()).ToArray();
        Assert.All(codes, code => Assert.Equal(PyCodes.Busy, Refused(node, sink, code, "s0")));
        var won = new ConcurrentBag<(int Round, string Gate)>();
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                start.SignalAndWait();
                for (var i = 0; i < 10; i++)
                {
                    var gate = (t + i) % 2 == 0 ? World.MacId : OtherGate;
                    if (node.Scan(codes[round], $"{t}-{i}", gate).Code == PyCodes.Success)
                    {
                        won.Add((round, gate));
                    }
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.Equal(Enumerable.Range(0, Rounds), won.Select(w => w.Round).Order());
        Assert.All(won, w => Assert.Equal(World.MacId, w.Gate));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DecodeRpc_CommitFails_CodeWaitsForItsDevice(bool streamed)
    {
        var sink = new ListSink { Waits = true };
        using var node = SingleUseNode(sink);
        var code = node.Mint();

        Assert.Equal("PY1998", await Ask(node, sink, code, World.MacId, streamed, commits: false));
        node.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code, macId: OtherGate).Code);
        Assert.Equal("PY0000", await Ask(node, sink, code, World.MacId, streamed, commits: true));
        node.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("PY2009", await Ask(node, sink, code, World.MacId, streamed, commits: true));
    }

    // Of two answers to one device, one is given: the code is used up, whatever becomes of the other.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DecodeRpc_CommitFailsForOneOfTwoAnswers_CodeIsUsed(bool first)
    {
        var sink = new ListSink { Waits = true };
        using var node = SingleUseNode(sink);
        var code = node.Mint();
        var (one, two) = (new TaskCompletionSource<bool>(), new TaskCompletionSource<bool>());
        sink.Commit = one;
        var answerOne = Send(node, code, World.MacId);
        sink.Commit = two;
        var answerTwo = Send(node, code, World.MacId);
        one.SetResult(first);
        two.SetResult(!first);
        Assert.Equal(first ? "PY0000" : "PY1998", GateWire.Answer(await answerOne).Code);
        Assert.Equal(first ? "PY1998" : "PY0000", GateWire.Answer(await answerTwo).Code);

        node.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(PyCodes.AlreadyUsed, node.Scan(code).Code);
    }

    [Fact]
    public async Task DecodeQrcode_CommitFails_NeitherRequestNorCodeIsUsedUp()
    {
        var sink = new ListSink { Waits = true };
        using var node = SingleUseNode(sink);
        var code = node.Mint();
        var request = StandardDecodeTests.Signed(node, code: code);
        var service = node.Get<StandardDecodeGrpcService>();
        var refused = service.AnswerLater(request, default, Token);

        // Nobody may be told what is not recorded yet.
        Assert.Equal("PY1998", StandardDecodeTests.Answer(node, request).Code);
        sink.Commit.SetResult(false);
        Assert.Equal("PY1998", (await refused).Code);

        node.Time.Advance(TimeSpan.FromSeconds(10));
        sink.Commit = new();
        sink.Commit.SetResult(true);
        var other = StandardDecodeTests.Signed(node, code: code, macId: OtherGate);
        Assert.Equal("PY2009", (await service.AnswerLater(other, default, Token)).Code);
        Assert.Equal("PY0000", (await service.AnswerLater(request, default, Token)).Code);
        Assert.Equal("PY0000", (await service.AnswerLater(request, default, Token)).Code);
        node.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("PY2004", (await service.AnswerLater(request, default, Token)).Code);
        Assert.Equal(
            "PY2009", (await service.AnswerLater(StandardDecodeTests.Signed(node, code: code), default, Token)).Code);
    }

    private static async Task<string> Ask(
        Node node, ListSink sink, string code, string macId, bool streamed, bool commits)
    {
        sink.Commit = new();
        sink.Commit.SetResult(commits);
        if (!streamed)
        {
            return GateWire.Answer(await Send(node, code, macId)).Code;
        }

        var frame = new DecodeStreamRequest { Session = Session(node, macId) };
        frame.Scans.Add(new Scan { Qrcode = code });
        var (frames, answers) = (new TestFrames(), new TestAnswers());
        var stream = node.Get<DecodeGrpcService>().Serve(frames, answers, Token);
        frames.Add(GateWire.Read(frame.ToByteArray(), RequestReader.TryReadMany));
        frames.End();
        await stream;
        var answer = await answers.Next();
        return answer.Results.Count == 0 ? answer.Code : answer.Results[0].Code;
    }

    private static Task<GateCall> Send(Node node, string code, string macId) =>
        node.Get<DecodeGrpcService>().AnswerOneLater(
            GateWire.Read(new DecodeRequest { Session = Session(node, macId), Qrcode = code }), Token);

    private static ByteString Session(Node node, string macId) =>
        ByteString.CopyFrom(node.Get<SessionTable>().Open(World.MerchantId, macId, World.Key).ToBytes());
}
