using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Tests.Decisions;
using YiMaTong.Directory;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>A scan whose answer fails unexpectedly spoils no other of its batch or frame.</summary>
public sealed class FailingScanTests
{
    private const ulong Broken = 42;

    [Fact]
    public void DecodeBatch_OneScanFails_AnswersTheOthers()
    {
        var sink = new ListSink();
        using var node = Begin(sink);
        var call = Read(node);

        var code = node.Get<ScanHandler>().AnswerAll(call, call.Session, PyCodes.Success);

        Assert.Equal(PyCodes.Success, code);
        Holds(node, sink, call);
        Assert.Equal(2, node.Logs.Errors.Count());
    }

    [Fact]
    public async Task DecodeBatch_OneScanFailsAndUsesAreShared_AnswersTheOthers()
    {
        await using var redis = await RedisServer.Start(TestContext.Current.CancellationToken);
        var sink = new ListSink();
        using var node = Begin(sink, new SharedOptions { Redis = redis.Address, TimeoutMs = 5_000 });
        var call = Read(node);

        var code = await node.Get<ScanHandler>().AnswerAllShared(call, call.Session.ToArray(), PyCodes.Success);

        Assert.Equal(PyCodes.Success, code);
        Holds(node, sink, call);
    }

    [Fact]
    public void Decode_ScanFails_IsToldSo()
    {
        using var node = Begin(new());
        var answer = GateWire.Decode(
            node, new() { Session = Session(node), Qrcode = node.Mint(handle: Broken), ScanId = "s-1" });

        Assert.Equal(("PY1999", "s-1", 11UL), (answer.Code, answer.ScanId, answer.DataRevision));
        Assert.Single(node.Logs.Errors);
    }

    private static void Holds(Node node, ListSink sink, GateCall call)
    {
        var answer = DecodeBatchResponse.Parser.ParseFrom(call.Answer.Written);
        Assert.Equal("PY0000", answer.Code);
        Assert.Equal(
            [("PY0000", "s-0"), ("PY1999", "s-1"), ("PY0000", "s-2"), ("PY1999", "s-3"), ("PY0000", "s-4")],
            answer.Results.Select(result => (result.Code, result.ScanId)));
        Assert.All(answer.Results, result => Assert.Equal(11UL, result.DataRevision));
        Assert.Equal(3, sink.Entries.Count);
        Assert.Contains(node.Logs.Entries, entry => entry.Event == "ScanFailed");
    }

    private static Node Begin(ListSink sink, SharedOptions? shared = null)
    {
        var node = new Node(decisions: sink, around: inner => new BrokenDirectory(inner), shared: shared);
        node.Load(World.All());
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        return node;
    }

    private static ByteString Session(Node node) =>
        ByteString.CopyFrom(node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key).ToBytes());

    private static GateCall Read(Node node)
    {
        var request = new DecodeBatchRequest { Session = Session(node) };
        request.Scans.AddRange(Enumerable.Range(0, 4).Select(i => new Scan
        {
            Qrcode = node.Mint(handle: i % 2 == 0 ? World.Handle : Broken),
            ScanId = $"s-{i}",
        }));
        request.Scans.Add(new Scan { Qrcode = node.Mint(), ScanId = "s-4", Fields = { DecodeField.Tags } });
        return GateWire.Read(request.ToByteArray(), RequestReader.TryReadMany);
    }

    /// <summary>A real directory that fails for one subject.</summary>
    private sealed class BrokenDirectory(ISubjectDirectory inner) : ISubjectDirectory
    {
        public long Count => inner.Count;

        public bool IsComplete => inner.IsComplete;

        public LookupStatus TryRead(ulong handle, out SubjectRecord record) => handle == Broken
            ? throw new InvalidOperationException("A fault of the programme.")
            : inner.TryRead(handle, out record);

        public void Apply(ulong handle, in SubjectRecord record) => inner.Apply(handle, record);

        public void MarkComplete() => inner.MarkComplete();

        public ISubjectCursor Scan() => inner.Scan();

        public void Clear() => inner.Clear();

        public void Dispose() => inner.Dispose();
    }
}
