using Google.Protobuf;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Sessions;

namespace YiMaTong.Decode.Tests;

public sealed class SessionTests
{
    internal static OpenSessionRequest Signed(Node node, int offsetSeconds = 0, string macId = World.MacId)
    {
        var time = WireTime.Compact(node.Time.GetUtcNow().AddSeconds(offsetSeconds));
        return new()
        {
            MerchantId = World.MerchantId,
            MacId = macId,
            Time = time,
            Sign = Keys.Pss.Sign(("macId", macId), ("merchantId", World.MerchantId), ("time", time)),
        };
    }

    internal static OpenSessionResponse Open(Node node, OpenSessionRequest request) =>
        node.Get<SessionOpener>().Open(request, default);

    private static DecodeResponse Scan(
        Node node, ByteString session, string? code = null, Action<DecodeRequest>? change = null)
    {
        var request = new DecodeRequest { Session = session, Qrcode = code ?? node.Mint() };
        change?.Invoke(request);
        return GateWire.Decode(node, request);
    }

    [Fact]
    public void Open_GenuineRequest_GivesASessionThatScans()
    {
        using var node = Node.Ready();
        var opened = Open(node, Signed(node));
        Assert.Equal(("PY0000", 32, 43_200), (opened.Code, opened.Session.Length, opened.ExpiresIn));

        var answer = Scan(node, opened.Session, change: r =>
        {
            r.ScanId = "s-1";
            r.Fields.AddRange([DecodeField.Tags, DecodeField.ConcealName, DecodeField.ConcealCard]);
        });

        Assert.Equal(("PY0000", "成功"), (answer.Code, answer.Msg));
        Assert.Equal((Decision.Permit, "gj"), (answer.Decision, answer.QrcodeType));
        Assert.Equal([1u, 2u, 4u], answer.TagNumbers);
        Assert.Equal(["标签1", "标签2", "标签4"], answer.Tags.Select(t => t.Text));
        Assert.Equal(8UL, answer.CatalogueRevision);
        Assert.Equal(("*三", "9**************4"), (answer.ConcealName, answer.ConcealCard));
        Assert.Equal(("s-1", 10UL), (answer.ScanId, answer.DataRevision));
        Assert.Matches("^[0-9a-f]{32}$", answer.DecisionId);
    }

    [Fact]
    public void Scan_NoFieldsAsked_TellsNumbersAlone()
    {
        using var node = Node.Ready();
        var answer = Scan(node, Open(node, Signed(node)).Session);
        Assert.Equal([1u, 2u, 4u], answer.TagNumbers);
        Assert.Empty(answer.Tags);
        Assert.Equal(("", ""), (answer.ConcealName, answer.ConcealCard));
    }

    [Theory]
    [InlineData(-301, "PY2003")]
    [InlineData(-300, "PY0000")]
    [InlineData(300, "PY0000")]
    [InlineData(301, "PY2003")]
    public void Open_TimeAtTheWindowsEdge_IsExact(int offset, string expected)
    {
        using var node = Node.Ready();
        Assert.Equal(expected, Open(node, Signed(node, offset)).Code);
    }

    [Fact]
    public void Open_Faults_AreNamedInOrder()
    {
        using var node = Node.Ready();
        var unknown = Signed(node);
        unknown.MerchantId = "nobody";
        unknown.Time = "20200101000000";
        Assert.Equal("PY2001", Open(node, unknown).Code);

        var form = Signed(node);
        form.Sign = "AAAA";
        Assert.Equal("PY2002", Open(node, form).Code);

        var forged = Signed(node);
        forged.MacId = "gate-02";
        Assert.Equal("PY2002", Open(node, forged).Code);

        // A genuine merchant alone learns that a device is not its own.
        Assert.Equal("PY2005", Open(node, Signed(node, macId: "gate-02")).Code);

        foreach (var (field, change) in new (string, Action<OpenSessionRequest>)[]
        {
            ("merchant_id", r => r.MerchantId = ""), ("mac_id", r => r.MacId = new string('x', 65)),
            ("time", r => r.Time = "2026091620120"), ("sign", r => r.Sign = ""),
        })
        {
            var bad = Signed(node);
            change(bad);
            var answer = Open(node, bad);
            Assert.Equal(("PY1001", $"参数缺失或格式错误: {field}"), (answer.Code, answer.Msg));
        }
    }

    [Fact]
    public void Open_SameRequestAgain_IsAReplayAndOneSignedAnewIsNot()
    {
        using var node = Node.Ready();
        var request = Signed(node);
        Assert.Equal("PY0000", Open(node, request).Code);
        Assert.Equal("PY2004", Open(node, request).Code);

        // Within the same second the content is the same; the gate's second connection signs it anew.
        var anew = Signed(node);
        Assert.Equal(request.Time, anew.Time);
        Assert.Equal("PY0000", Open(node, anew).Code);
        node.Time.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal("PY2004", Open(node, request).Code);
    }

    [Fact]
    public void Open_LoadingNode_CannotTell()
    {
        using var node = new Node();
        Assert.Equal("PY2018", Open(node, Signed(node)).Code);
    }

    [Fact]
    public void Scan_SessionOverItsLife_IsInvalid()
    {
        using var node = Node.Ready();
        var session = Open(node, Signed(node)).Session;
        node.Time.Advance(TimeSpan.FromSeconds(43_200) - TimeSpan.FromTicks(1));
        Assert.Equal("PY0000", Scan(node, session).Code);
        node.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("PY1002", Scan(node, session).Code);
    }

    [Fact]
    public void Open_FifthSessionOfADevice_EndsItsOldest()
    {
        using var node = Node.Ready();
        var sessions = Enumerable.Range(0, 5).Select(i => Open(node, Signed(node, i)).Session).ToList();
        Assert.Equal(
            ["PY1002", "PY0000", "PY0000", "PY0000", "PY0000"], sessions.Select(s => Scan(node, s).Code));
        Assert.Equal(4, node.Get<SessionTable>().Count);
    }

    [Fact]
    public void Open_FullTable_EndsTheOldestSessionOfAll()
    {
        using var node = Node.Ready(o => o.SessionsMax = 3);
        var table = node.Get<SessionTable>();
        var tokens = Enumerable.Range(0, 20)
            .Select(i => table.Open(World.MerchantId, $"gate-{i}", World.Key).ToBytes()).ToList();
        Assert.Equal(3, table.Count);
        Assert.Equal(3, tokens.Count(t => table.TryFind(t, out _)));
        Assert.All(tokens.TakeLast(3), t => Assert.True(table.TryFind(t, out _)));
    }

    [Fact]
    public void Open_OneDeviceForEver_LeavesNoTraces()
    {
        using var node = Node.Ready(o => (o.SessionsMax, o.SessionsPerDevice) = (3, 1));
        var table = node.Get<SessionTable>();
        var last = Array.Empty<byte>();
        for (var i = 0; i < 1_000; i++)
        {
            last = table.Open(World.MerchantId, World.MacId, World.Key).ToBytes();
        }

        Assert.Equal(1, table.Count);
        Assert.True(table.TryFind(last, out _));
        Assert.False(table.TryFind(new byte[32], out _));
        Assert.False(table.TryFind(new byte[31], out _));
    }

    [Fact]
    public void Scan_MerchantOrDeviceDisabledSince_IsRefused()
    {
        using var node = Node.Ready();
        var session = Open(node, Signed(node)).Session;
        node.Change(r => World.Device(r, d => d.Active = false));
        Assert.Equal("PY2005", Scan(node, session).Code);
        node.Change(r => World.Merchant(r, m => m.Active = false));
        Assert.Equal("PY2001", Scan(node, session).Code);
    }

    [Fact]
    public void Scan_AnythingChangedBetweenTwo_IsJudgedByTheNew()
    {
        using var node = Node.Ready();
        var session = Open(node, Signed(node)).Session;
        string Next() => Scan(node, session).Code;
        Assert.Equal("PY0000", Next());

        node.Change(r => World.Scene(r, s => s.Active = false));
        Assert.Equal("PY2001", Next());
        node.Change(r => World.Scene(r));
        Assert.Equal("PY0000", Next());
        node.Change(r => World.Merchant(r, m => m.SceneId = "elsewhere"));
        Assert.Equal("PY2001", Next());
        node.Change(r => World.Merchant(r));
        Assert.Equal("PY0000", Next());
        node.Change(r => World.Device(r, d => d.MerchantId = "other"));
        Assert.Equal("PY2005", Next());
        node.Change(r => World.Device(r));
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        var code = node.Mint();
        Assert.Equal("PY0000", Scan(node, session, code, r => r.ScanId = "one").Code);
        Assert.Equal("PY2009", Scan(node, session, code, r => r.ScanId = "two").Code);
        node.Change(r => World.CodeKey(r, revoked: true));
        Assert.Equal("PY2011", Next());
    }

    [Fact]
    public void Find_EachChange_MakesWhatWasFoundStale()
    {
        using var node = Node.Ready();
        var registry = node.Get<NodeRegistry>();
        foreach (var change in new Func<ulong, Entity>[]
        {
            r => World.Scene(r), r => World.Merchant(r), r => World.Device(r), r => World.CodeKey(r),
        })
        {
            var before = registry.Find(World.MerchantId, World.MacId, World.Key);
            Assert.Equal(before.Version, registry.Version);
            node.Change(change);
            Assert.NotEqual(before.Version, registry.Version);
        }

        var found = registry.Find(World.MerchantId, World.MacId, World.Key);
        Assert.True(found is { Merchant.Active: true, KeyHolds: true, Serves: true, Scene.Active: true });
        registry.Clear();
        Assert.NotEqual(found.Version, registry.Version);
        Assert.True(registry.Find(World.MerchantId, World.MacId, World.Key) is
        { Merchant: null, KeyHolds: false, Serves: false, Scene: null });
    }

    [Fact]
    public void Scan_BadForm_IsNamed()
    {
        using var node = Node.Ready();
        var session = Open(node, Signed(node)).Session;
        Assert.Equal("PY1002", Scan(node, ByteString.Empty).Code);
        Assert.Equal("参数缺失或格式错误: qrcode", Scan(node, session, "").Msg);
        Assert.Equal("参数缺失或格式错误: qrcode", Scan(node, session, new string('Y', 513)).Msg);
        Assert.Equal("参数缺失或格式错误: scan_id", Scan(node, session, change: r => r.ScanId = new string('码', 22)).Msg);
        Assert.Equal("参数缺失或格式错误: fields", Scan(node, session, change: r => r.Fields.Add((DecodeField)9)).Msg);
        Assert.Equal("PY2006", Scan(node, session, "hello").Code);
    }

    [Fact]
    public async Task Decode_MinRevisionThatArrives_IsAnsweredAsSoonAsItDoes()
    {
        using var node = Node.Ready();
        var session = Open(node, Signed(node)).Session;
        var request = new DecodeRequest { Session = session, Qrcode = node.Mint(), MinRevision = 11 };
        var call = node.Get<DecodeGrpcService>().AnswerOneLater(GateWire.Read(request), CancellationToken.None);
        Assert.False(call.IsCompleted);

        node.Change(r => World.Subject(r, s => s.Tags = 1));

        var answer = GateWire.Answer(
            await call.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal(("PY0000", 11UL), (answer.Code, answer.DataRevision));
        Assert.Equal([1u], answer.TagNumbers);
    }

    [Fact]
    public async Task Decode_MinRevisionThatDoesNotArrive_CannotTell()
    {
        using var node = Node.Ready();
        var session = Open(node, Signed(node)).Session;
        var request = new DecodeRequest { Session = session, Qrcode = node.Mint(), MinRevision = 11 };
        var call = node.Get<DecodeGrpcService>().AnswerOneLater(GateWire.Read(request), CancellationToken.None);
        node.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(call.IsCompleted);
        node.Time.Advance(TimeSpan.FromMilliseconds(1));

        var answer = GateWire.Answer(
            await call.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal(("PY2018", Decision.Unspecified), (answer.Code, answer.Decision));
    }
}
