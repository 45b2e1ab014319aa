using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using static YiMaTong.Codes.Tests.Emergency.EmergencyWorld;

namespace YiMaTong.Codes.Tests.Emergency;

public sealed class EmergencyCodeTests
{
    private static readonly EmergencyWorld _world = Instance;

    [Fact]
    public void Verify_StaticCode_GivesWhatWasGranted()
    {
        var status = _world.Verifier().Verify(_world.Static(), Now, SceneKind, out var code);

        Assert.Equal(EmergencyStatus.Valid, status);
        Assert.Equal((EmergencyForm.Static, Grant, _world.Issuer.KeyId), (code.Form, code.Grant, code.KeyId));
        Assert.Equal((code.TokenId, 0u, null), (code.ShowingId, code.ShownAt, code.Position));
    }

    [Fact]
    public void Verify_ShownCode_GivesGrantTimeAndPosition()
    {
        var token = _world.Token();
        var position = new CoarsePosition(30.2741, 120.1551);

        var status = _world.Verifier().Verify(
            _world.Shown(token, Now - 5, position: position), Now, SceneKind, out var code);

        Assert.Equal(EmergencyStatus.Valid, status);
        Assert.Equal((EmergencyForm.HolderBound, Grant, Now - 5), (code.Form, code.Grant, code.ShownAt));
        Assert.Equal(position, code.Position);
        Assert.Equal(30.2741, code.Position!.Value.Latitude, 0.0001);
        Assert.Equal(120.1551, code.Position!.Value.Longitude, 0.0002);
    }

    [Fact]
    public void Verify_TwoShowingsOfOneToken_ShareTheTokenAlone()
    {
        var token = _world.Token();
        Assert.Equal(
            EmergencyStatus.Valid, _world.Verifier().Verify(_world.Shown(token), Now, SceneKind, out var first));
        var earlier = _world.Shown(token, Now - 1);
        Assert.Equal(EmergencyStatus.Valid, _world.Verifier().Verify(earlier, Now, SceneKind, out var next));

        Assert.Equal(first.TokenId, next.TokenId);
        Assert.NotEqual(first.ShowingId, next.ShowingId);
    }

    [Fact]
    public void Verify_SecondSpellingOfASignature_IsTheSameShowing()
    {
        var bytes = BytesOf(_world.Shown());
        _world.Verifier().Verify(EmergencyIssuer.ToText(bytes), Now, SceneKind, out var first);
        Curve.NegateS(bytes.AsSpan(^32..));

        Assert.Equal(
            EmergencyStatus.Valid,
            _world.Verifier().Verify(EmergencyIssuer.ToText(bytes), Now, SceneKind, out var twin));
        Assert.Equal(first.ShowingId, twin.ShowingId);
    }

    [Fact]
    public void Verify_EveryCase_GivesItsOwnStatus()
    {
        Assert.All(EmergencyCases.All, given =>
            Assert.True(
                given.Status == _world.Verify(given.Text, given.Now, given.SceneKind),
                $"{given.Why}: {_world.Verify(given.Text, given.Now, given.SceneKind)}, not {given.Status}"));
        var reached = EmergencyCases.All.Select(given => given.Status).Distinct();
        var expected = Enum.GetValues<EmergencyStatus>().Except([EmergencyStatus.None, EmergencyStatus.Valid]);
        Assert.Equal(expected.Order(), reached.Order());
    }

    [Theory]
    [InlineData(-3629, EmergencyStatus.Valid)]
    [InlineData(-3630, EmergencyStatus.Valid)]
    [InlineData(-3631, EmergencyStatus.NotYetValid)]
    [InlineData(3629, EmergencyStatus.Valid)]
    [InlineData(3630, EmergencyStatus.Expired)]
    public void Verify_EdgesOfValidity_AreExact(int seconds, EmergencyStatus expected) =>
        Assert.Equal(expected, _world.Verify(_world.Static(), (uint)(Now + seconds)));

    [Theory]
    [InlineData(0, EmergencyStatus.Valid)]
    [InlineData(-30, EmergencyStatus.Valid)]
    [InlineData(-31, EmergencyStatus.ShowingFromFuture)]
    [InlineData(89, EmergencyStatus.Valid)]
    [InlineData(90, EmergencyStatus.ShowingStale)]
    public void Verify_EdgesOfAShowing_AreExact(int secondsLater, EmergencyStatus expected) =>
        Assert.Equal(expected, _world.Verify(_world.Shown(), (uint)(Now + secondsLater)));

    [Theory]
    [InlineData(330000, true)]
    [InlineData(330100, true)]
    [InlineData(330106, true)]
    [InlineData(330105, false)]
    [InlineData(330200, false)]
    [InlineData(310000, false)]
    public void Verify_RegionOfTheCode_CoversItsParts(int region, bool covered) => Assert.Equal(
        covered ? EmergencyStatus.Valid : EmergencyStatus.AnotherRegion,
        _world.Verify(_world.Static(Grant with { Region = new(region) })));

    [Fact]
    public void Verify_UnknownStatus_PassesWhereThePolicySaysSo()
    {
        var text = _world.Static(Grant with { StatusList = 9 });
        Assert.Equal(
            EmergencyStatus.Valid, _world.Verifier(acceptUnknown: true).Verify(text, Now, SceneKind, out _));
        var revoked = _world.Static(Grant with { StatusIndex = RevokedIndex });
        Assert.Equal(
            EmergencyStatus.Revoked, _world.Verifier(acceptUnknown: true).Verify(revoked, Now, SceneKind, out _));
    }

    [Fact]
    public void Verify_NothingSynchronised_KnowsNoKey()
    {
        var empty = new EmergencyVerifier(
            EmergencyKeySet.Empty, StatusLists.Empty, new EmergencyPolicy { Region = Gate });
        Assert.Equal(EmergencyStatus.UnknownKey, empty.Verify(_world.Static(), Now, SceneKind, out _));
    }

    [Fact]
    public void Verify_EndsOfTime_DoNotWrapAround()
    {
        Assert.Equal(EmergencyStatus.KeyOutOfTime, _world.Verify(_world.Static(), 0));
        Assert.Equal(EmergencyStatus.KeyOutOfTime, _world.Verify(_world.Shown(), uint.MaxValue));
        Assert.Equal(EmergencyStatus.ShownOutsideValidity, _world.Verify(_world.Shown(now: 0)));
        Assert.Equal(EmergencyStatus.ShownOutsideValidity, _world.Verify(_world.Shown(now: uint.MaxValue)));
    }

    [Fact]
    public void Issue_MoreThanAllowed_IsRefused()
    {
        var issuer = new EmergencyIssuer(_world.Issuer, new EmergencyLimits { StaticSceneKinds = 1 });
        var modest = Grant with { Tags = 0, SceneKinds = 1 };
        Assert.Equal(186, issuer.IssueStatic(modest).Length);
        EmergencyGrant[] refused =
        [
            modest with { Tags = 1 }, modest with { SceneKinds = 3 }, modest with { Expires = From },
            modest with { Expires = From + 4 * 3600 + 1 }, modest with { Region = default },
            modest with { StatusIndex = -1 }, modest with { StatusIndex = 1 << 24 },
            modest with { SceneKinds = 1 << 11 },
        ];
        Assert.All(refused, grant => Assert.Throws<ArgumentException>(() => issuer.IssueStatic(grant)));
        var holder = _world.Holder.CompressedPublicKey.ToArray();
        Assert.Throws<ArgumentException>(
            () => issuer.IssueHolderBound(Grant with { Expires = From + 86_401 }, holder));
        Assert.Throws<ArgumentException>(() => issuer.IssueHolderBound(Grant, new byte[33]));
    }

    [Fact]
    public void ReturnCodes_OfEveryStatus_AreThoseOfTheAppendix()
    {
        Assert.Equal("PY1999", EmergencyReturns.Of(EmergencyStatus.None).Code);
        var codes = Enum.GetValues<EmergencyStatus>().Skip(1).Select(status => EmergencyReturns.Of(status).Number);
        Assert.Equal(
            [
                0, 2006, 2006, 2012, 2013, 2011, 2011, 2011, 2011, 2011, 2012,
                2003, 2008, 2017, 2017, 2010, 2018, 2013, 2013, 2013, 2008, 2003,
            ],
            codes);
        Assert.All(
            Enum.GetValues<DeclarationStanding>(),
            standing => Assert.Equal(
                standing == DeclarationStanding.InForce ? 0 : 2014, EmergencyReturns.Of(standing).Number));
    }
}
