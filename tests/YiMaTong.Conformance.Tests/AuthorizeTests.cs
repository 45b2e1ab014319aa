using System.Security.Cryptography;
using System.Text;
using YiMaTong.Conformance.Tests.Crypto;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

namespace YiMaTong.Conformance.Tests;

/// <summary>B.5: each return code that it has, refresh, PKCE and signed apps.</summary>
public sealed class AuthorizeTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task Authorize_CodeMissing_IsPY1001NamingIt() =>
        Envelope.Names(
            Envelope.Is(await Api.Post(Paths.Authorize, new { appId = World.Channel.AppId }), "PY1001"), "code");

    [Fact]
    public async Task Authorize_AppIdMissing_IsPY1001NamingIt() =>
        Envelope.Names(Envelope.Is(await Api.Post(Paths.Authorize, new { code = "abc" }), "PY1001"), "appId");

    [Fact]
    public async Task Authorize_GrantTypeUnknown_IsPY1001NamingIt() => Envelope.Names(
        Envelope.Is(
            await Api.Post(Paths.Authorize, new { code = "abc", appId = World.Channel.AppId, grantType = "password" }),
                "PY1001"),
        "grantType");

    [Fact]
    public async Task Authorize_AppUnknown_IsPY3001() =>
        Envelope.Is(await Api.Post(Paths.Authorize, new { code = "abc", appId = World.Name("nobody") }), "PY3001");

    [Fact]
    public async Task Authorize_AppDisabled_IsPY3002()
    {
        var name = World.Name("off");
        var app = await World.Operator.PutChannel(name);
        var code = await Code(app);
        await World.Operator.PutChannel(name, state: "DISABLED");

        Envelope.Is(await Api.Post(Paths.Authorize, new { code, appId = app.AppId }), "PY3002");
    }

    [Theory]
    [InlineData("no-such-code")]
    [InlineData("' OR 1=1 --")]
    [InlineData("码")]
    public async Task Authorize_CodeInvalid_IsPY3003(string code) =>
        Envelope.Is(await Api.Post(Paths.Authorize, new { code, appId = World.Channel.AppId }), "PY3003");

    [Fact]
    public async Task Authorize_CodeUsedTwice_IsPY3005AndRevokesTheTokens()
    {
        var (citizen, _) = await World.Citizen();
        Envelope.Is(await citizen.TryConsent(World.PlatformApp, TestCitizen.AllScopes), "PY0000");
        var request = new
        {
            code = await citizen.AuthorizationCode(World.PlatformApp, TestCitizen.AllScopes),
            appId = World.PlatformApp.AppId,
        };
        var tokens = TestCitizen.Read(Envelope.Is(await Api.Post(Paths.Authorize, request), "PY0000"));
        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY0000");

        Envelope.Is(await Api.Post(Paths.Authorize, request), "PY3005");

        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken }), "PY1002");
        Envelope.Is(await Refresh(World.PlatformApp, tokens.RefreshToken), "PY3010");
    }

    [Fact]
    public async Task Authorize_CodeOfAnotherApp_IsPY3006()
    {
        var code = await Code(World.Channel);

        Envelope.Is(await Api.Post(Paths.Authorize, new { code, appId = World.PlatformApp.AppId }), "PY3006");
    }

    [Fact]
    public async Task Authorize_ConsentWithdrawnBeforeTheExchange_IsPY3008()
    {
        var citizen = await World.Stranger();
        Envelope.Is(await citizen.TryConsent(World.Channel, TestCitizen.AllScopes), "PY0000");
        var code = await citizen.AuthorizationCode(World.Channel, TestCitizen.AllScopes);
        await citizen.Withdraw(World.Channel);

        Envelope.Is(await Api.Post(Paths.Authorize, new { code, appId = World.Channel.AppId }), "PY3008");
    }

    [Fact]
    public async Task Refresh_ConsentWithdrawn_IsPY3008()
    {
        var citizen = await World.Stranger();
        var tokens = await citizen.SignIn(World.Channel);
        await citizen.Withdraw(World.Channel);

        Envelope.Is(await Refresh(World.Channel, tokens.RefreshToken), "PY3008");
    }

    [Fact]
    public async Task Refresh_ScopeNeverGranted_IsPY3009()
    {
        var citizen = await World.Stranger();
        var tokens = await citizen.SignIn(World.Channel, "qrcode offline_access");

        Envelope.Is(await Refresh(World.Channel, tokens.RefreshToken, "qrcode id_card"), "PY3009");
    }

    [Fact]
    public async Task Consent_ScopeThatTheAppIsNotApprovedFor_IsPY3009()
    {
        var app = await World.Operator.PutChannel(World.Name("narrow"), scopes: ["qrcode"]);
        var citizen = await World.Stranger();

        Envelope.Is(await citizen.TryConsent(app, "qrcode id_card"), "PY3009");
    }

    [Fact]
    public async Task Refresh_TokenUnknown_IsPY3010() =>
        Envelope.Is(await Refresh(World.Channel, "no-such-token"), "PY3010");

    [Fact]
    public async Task Refresh_Token_GivesASuccessorForTheSamePerson()
    {
        var (citizen, _) = await World.Citizen();
        var first = await citizen.SignIn(World.PlatformApp);

        var second = TestCitizen.Read(Envelope.Is(await Refresh(World.PlatformApp, first.RefreshToken), "PY0000"));

        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.NotEqual(first.AccessToken, second.AccessToken);
        Assert.Equal(first.OpenId, second.OpenId);
        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = second.AccessToken }), "PY0000");
    }

    [Fact]
    public async Task Refresh_ScopeNarrowed_NarrowsTheToken()
    {
        var (citizen, _) = await World.Citizen();
        var first = await citizen.SignIn(World.PlatformApp);

        var narrowed =
            TestCitizen.Read(Envelope.Is(await Refresh(World.PlatformApp, first.RefreshToken, "tags"), "PY0000"));

        Assert.Equal("tags", narrowed.Scope);
        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = narrowed.AccessToken }), "PY1006");
    }

    [Fact]
    public async Task Authorize_WithoutOfflineAccess_GivesNoRefreshToken()
    {
        var citizen = await World.Stranger();

        Assert.Equal("", (await citizen.SignIn(World.Channel, "qrcode tags")).RefreshToken);
    }

    [Fact]
    public async Task OpenId_OnePersonAtTwoApps_Differs()
    {
        var citizen = await World.Stranger();

        var here = await citizen.SignIn(World.PlatformApp);
        var there = await citizen.SignIn(World.Channel);
        var hereAgain = await citizen.SignIn(World.PlatformApp);

        Assert.NotEqual(here.OpenId, there.OpenId);
        Assert.Equal(here.OpenId, hereAgain.OpenId);
    }

    [Theory]
    [InlineData(true, "PY0000")]
    [InlineData(false, "PY3003")]
    public async Task Authorize_PkceVerifier_MustFitTheChallenge(bool right, string expected)
    {
        var app = await World.Operator.PutChannel(World.Name("pkce"), pkceRequired: true);
        var citizen = await World.Stranger();
        Envelope.Is(await citizen.TryConsent(app, "qrcode"), "PY0000");
        var verifier = Base64Url(RandomNumberGenerator.GetBytes(32));
        var code = await citizen.AuthorizationCode(
            app, "qrcode", Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
        var sent = right ? verifier : Base64Url(RandomNumberGenerator.GetBytes(32));

        Envelope.Is(await Api.Post(Paths.Authorize, new { code, appId = app.AppId, codeVerifier = sent }), expected);
    }

    [Fact]
    public async Task Authorize_SignedApp_TakesTheRightSignatureOnly()
    {
        var app = await World.Operator.PutChannel(
            World.Name("signed"), publicKeyPem: Keys.Pss.ExportSubjectPublicKeyInfoPem());

        Envelope.Is(await Api.Post(Paths.Authorize, await SignedRequest(app, Keys.Pss)), "PY0000");
        Envelope.Is(await Api.Post(Paths.Authorize, await SignedRequest(app, Keys.Stranger)), "PY3007");
        var altered = await SignedRequest(app, Keys.Pss);
        altered["grantType"] = "authorization_code";
        Envelope.Is(await Api.Post(Paths.Authorize, altered), "PY3007");
    }

    [Fact]
    public async Task Authorize_SignedAppUnsigned_IsPY1001OrPY3007()
    {
        var app = await World.Operator.PutChannel(
            World.Name("signed"), publicKeyPem: Keys.Pss.ExportSubjectPublicKeyInfoPem());

        Envelope.IsOneOf(
            await Api.Post(Paths.Authorize, new { code = await Code(app), appId = app.AppId }), "PY1001", "PY3007");
    }

    [Fact]
    public async Task Authorize_SignedAppTimeOutsideTheWindow_IsPY2003()
    {
        var app = await World.Operator.PutChannel(
            World.Name("signed"), publicKeyPem: Keys.Pss.ExportSubjectPublicKeyInfoPem());

        var request = await SignedRequest(app, Keys.Pss, DateTimeOffset.UtcNow.AddSeconds(-320));

        Envelope.Is(await Api.Post(Paths.Authorize, request), "PY2003");
    }

    private static async Task<string> Code(TestApp app, TestCitizen citizen)
    {
        Envelope.Is(await citizen.TryConsent(app, "qrcode"), "PY0000");
        return await citizen.AuthorizationCode(app, "qrcode");
    }

    private async Task<string> Code(TestApp app) => await Code(app, await World.Stranger());

    private async Task<Dictionary<string, string>> SignedRequest(TestApp app, RSA key, DateTimeOffset? time = null)
    {
        var request = new Dictionary<string, string>
        {
            ["code"] = await Code(app),
            ["appId"] = app.AppId,
            ["time"] = Gate.WireTime(time ?? DateTimeOffset.UtcNow),
        };
        request["sign"] = RequestSigner.Sign(key, SignatureProfile.RsaPssSha256, RequestSigner.Canonical(request));
        return request;
    }

    private Task<Answer> Refresh(TestApp app, string refreshToken, string scope = "") => Api.Post(
        Paths.Authorize, new { appId = app.AppId, grantType = "refresh_token", refreshToken, scope });

    private static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
