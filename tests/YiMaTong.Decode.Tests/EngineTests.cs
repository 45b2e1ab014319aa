using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Tests;

public sealed class EngineTests
{
    [Fact]
    public void Decode_GoodCode_PermitsAndTellsWhatAllAllow()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => (s.Fields, s.Tags) = (FieldBits.Tags | FieldBits.ConcealName, 0b0011)));
        node.Change(r => World.Subject(r, s => s.Fields = FieldBits.Tags | FieldBits.ConcealCard));

        var outcome = node.Scan(node.Mint(), everyField: true);

        Assert.Equal(PyCodes.Success, outcome.Code);
        Assert.Equal(Decision.Permit, outcome.Decision);
        Assert.Equal(CodeType.PublicTransport, outcome.Type);
        Assert.Equal(FieldBits.Tags, outcome.Fields);
        Assert.Equal(0b0011UL, outcome.Tags);
        Assert.Equal(12UL, outcome.DataRevision);
        Assert.NotEqual(UInt128.Zero, outcome.DecisionId);
    }

    [Fact]
    public void Decode_TagOutOfUse_IsNeitherToldNorSeenByRules()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.AdmissionRule = "subject.Has(\"veteran\")"));
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);

        node.Change(r => World.Tag(r, 1, "veteran", active: false));

        Assert.Equal(PyCodes.SceneRuleDenies, node.Scan(node.Mint()).Code);
        node.Change(r => World.Scene(r));
        Assert.Equal(0b1010UL, node.Scan(node.Mint(), everyField: true).Tags);
    }

    [Fact]
    public void Decode_TagsNotConsentedTo_TellsNone()
    {
        using var node = Node.Ready();
        node.Change(r => World.Subject(r, s => s.Fields = FieldBits.ConcealName));

        Assert.Equal(0UL, node.Scan(node.Mint(), everyField: true).Tags);
    }

    [Fact]
    public void Decode_LoadingNode_CannotTell()
    {
        using var node = new Node();
        node.Load(World.All());
        var epoch = World.Epoch.Reverse().ToArray();
        node.Feed.StartSnapshot();

        // The merchant of the request was found just before another history began.
        var code = node.Mint();
        Assert.True(node.Get<NodeRegistry>().TryGetMerchant(World.MerchantId, out var merchant));
        _ = node.Feed.Accept(World.Begin(1, epoch));
        var outcome = default(Decode.Engine.DecodeOutcome);
        node.Get<Decode.Engine.DecodeEngine>().Decode(
            new() { Code = code, Merchant = merchant, MacId = World.MacId }, ref outcome);

        Assert.Equal(PyCodes.DataUnavailable, outcome.Code);
        Assert.Equal(Decision.Unspecified, outcome.Decision);
        Assert.Equal(UInt128.Zero, outcome.DecisionId);
    }

    [Theory]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public void Decode_AgeAtTheScenesBound_IsExact(int ageMs, bool answers)
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.MaxStalenessMs = 2000));
        var code = node.Mint();
        node.Time.Advance(TimeSpan.FromMilliseconds(ageMs));

        Assert.Equal(answers ? PyCodes.Success : PyCodes.DataUnavailable, node.Scan(code).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://qr.alipay.com/fkx000")]
    [InlineData("YM2ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDE")]
    public void Decode_ForeignText_IsNotOurs(string text)
    {
        using var node = Node.Ready();
        var outcome = node.Scan(text);
        Assert.Equal(PyCodes.NotOurCode, outcome.Code);
        Assert.Equal(Decision.Deny, outcome.Decision);
    }

    [Fact]
    public void Decode_AnyCharacterChanged_IsRefused()
    {
        using var node = Node.Ready();
        var code = node.Mint();
        for (var i = 0; i < code.Length; i++)
        {
            var forged = code.ToCharArray();
            forged[i] = forged[i] == '0' ? '1' : '0';
            var refusal = node.Scan(new string(forged)).Code;
            Assert.Contains(refusal, new[] { PyCodes.NotOurCode, PyCodes.IssuingKeyInvalid });
        }
    }

    [Theory]
    [InlineData(5000, 2011)]
    [InlineData(5001, 2018)]
    public void Decode_UnknownKey_IsDoubtedWhenDataIsOld(int ageMs, int expected)
    {
        using var node = Node.Ready();
        var code = Node.Mint(new CodeKey(9, World.CodeKeyBytes), node.Now, CodeType.PublicTransport, World.Handle, 60);
        node.Time.Advance(TimeSpan.FromMilliseconds(ageMs));

        Assert.Equal(expected, node.Scan(code).Code.Number);
    }

    [Fact]
    public void Decode_RevokedKey_IsInvalid()
    {
        using var node = Node.Ready();
        node.Change(r => World.CodeKey(r, revoked: true));
        Assert.Equal(PyCodes.IssuingKeyInvalid, node.Scan(node.Mint()).Code);
    }

    [Theory]
    [InlineData(CodeType.General)]
    [InlineData(200)]
    public void Decode_TypeThatTheSceneDoesNotTake_IsUnsupported(byte type)
    {
        using var node = Node.Ready();
        var outcome = node.Scan(node.Mint(type: type));
        Assert.Equal(PyCodes.UnsupportedType, outcome.Code);
        Assert.Equal(Decision.Deny, outcome.Decision);
    }

    [Theory]
    [InlineData(-6, 2008)]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(64, 0)]
    [InlineData(65, 2008)]
    public void Decode_EdgesOfLife_AreExact(int ageSeconds, int expected)
    {
        using var node = Node.Ready();
        var code = node.Mint(issuedAt: (uint)(node.Now - ageSeconds));
        Assert.Equal(expected, node.Scan(code).Code.Number);

        // The last millisecond of a second is still that second.
        node.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(expected, node.Scan(code).Code.Number);
    }

    [Fact]
    public void Decode_UnknownSubject_DoesNotExist()
    {
        using var node = Node.Ready();
        Assert.Equal(PyCodes.NoSuchCode, node.Scan(node.Mint(handle: 42)).Code);
    }

    [Theory]
    [InlineData(SubjectState.Frozen)]
    [InlineData(SubjectState.Closed)]
    [InlineData(SubjectState.Unspecified)]
    public void Decode_SubjectNotActive_IsRevoked(SubjectState state)
    {
        using var node = Node.Ready();
        node.Change(r => World.Subject(r, s => s.State = state));
        Assert.Equal(PyCodes.Revoked, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Decode_CodeOlderThanRevocation_IsRevoked()
    {
        using var node = Node.Ready();
        node.Change(r => World.Subject(r, s => s.ValidFrom = node.Now + 1));

        Assert.Equal(PyCodes.Revoked, node.Scan(node.Mint()).Code);
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint(issuedAt: node.Now + 1)).Code);
    }

    [Fact]
    public void Decode_KindWithoutConsent_IsNotAuthorised()
    {
        using var node = Node.Ready();
        node.Change(r => World.Subject(r, s => s.SceneKinds = 0b10));
        Assert.Equal(PyCodes.SceneNotAuthorised, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Decode_ConsentThatEnds_EndsAtItsSecond()
    {
        using var node = Node.Ready();
        node.Change(r => World.Subject(r, s => s.ConsentUntil = node.Now + 10));
        var code = node.Mint();
        node.Time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(PyCodes.Success, node.Scan(code).Code);
        node.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(PyCodes.SceneNotAuthorised, node.Scan(code).Code);
    }

    [Fact]
    public void Decode_FieldBeyondRegistration_IsRefused()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.Fields = FieldBits.Tags));
        var outcome = node.Scan(node.Mint(), fields: FieldBits.ConcealName);
        Assert.Equal(PyCodes.FieldsNotRegistered, outcome.Code);
        Assert.Equal(Decision.Unspecified, outcome.Decision);
    }

    [Fact]
    public void Decode_RuleThatDenies_Denies()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.AdmissionRule = "scene.Route == \"B1\""));
        Assert.Equal(PyCodes.SceneRuleDenies, node.Scan(node.Mint()).Code);
        node.Change(r => World.Scene(r, s => (s.AdmissionRule, s.Route) = ("scene.Route == \"B1\"", "B1")));
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Decode_SceneThatDoesNotCompile_IsASystemErrorAndOthersServe()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.AdmissionRule = "subject.Nonsense"));
        Assert.Equal(PyCodes.SystemError, node.Scan(node.Mint()).Code);
        Assert.Single(node.Logs.Errors);

        node.Change(r => World.Scene(r));
        Assert.Equal(PyCodes.Success, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Decode_SceneOutOfUse_IsNotRegistered()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.Active = false));
        Assert.Equal(PyCodes.MerchantUnknown, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Decode_MerchantMovedToAnotherScene_IsJudgedByTheNewOne()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => (s.SceneId, s.AdmissionRule) = ("park", "false")));
        node.Change(r => World.Merchant(r, m => m.SceneId = "park"));
        Assert.Equal(PyCodes.SceneRuleDenies, node.Scan(node.Mint()).Code);
    }

    [Fact]
    public void Decode_MerchantWithoutEntitlement_HearsOneReason()
    {
        using var node = Node.Ready();
        node.Change(r => World.Merchant(r, m => m.ReasonDetail = false));
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        var used = node.Mint();
        _ = node.Scan(used, "first");
        var reasons = new[]
        {
            node.Scan(node.Mint(handle: 42)),
            node.Scan(node.Mint(issuedAt: node.Now - 100)),
            node.Scan(used, "second"),
        }.ToList();
        node.Change(r => World.Subject(r, s => s.SceneKinds = 0));
        reasons.Add(node.Scan(node.Mint()));
        node.Change(r => World.Subject(r, s => s.State = SubjectState.Frozen));
        reasons.Add(node.Scan(node.Mint()));

        Assert.All(reasons, r => Assert.Equal((PyCodes.NoSuchCode, Decision.Deny), (r.Code, r.Decision)));
        Assert.Equal([2007, 2008, 2009, 2016, 2010], reasons.Select(r => r.Cause.Number));
    }
}
