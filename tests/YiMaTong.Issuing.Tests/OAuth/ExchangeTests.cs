using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Issuing.Storage;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.OAuth;

/// <summary>B.5: the precise return codes, and that each refusal has the consequence that it names.</summary>
public sealed class ExchangeTests
{
    private const string Verifier = "verifier-of-the-tests-0123456789-0123456789-0123456789";

    private static string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    [Fact]
    public async Task Exchange_FreshCode_GivesTokensAndAPairwiseOpenId()
    {
        await using var host = await Host();
        await host.PutChannel("other", "CHANNEL");
        var idNumber = ResidentNumber.Next();
        var (_, first) = await host.Tokens("app", idNumber);
        var (_, again) = await host.Tokens("app", idNumber);
        var (_, other) = await host.Tokens("other", idNumber);

        Assert.Equal(7200, (int)first["expiresIn"]!);
        Assert.Equal(CitizenHost.AllScopes.Split(' ').Order(), ((string)first["scope"]!).Split(' ').Order());
        Assert.NotEmpty((string)first["refreshToken"]!);
        Assert.Equal("2026-03-01 16:00:00", (string?)first["serverTime"]);
        Assert.Equal((string?)first["openId"], (string?)again["openId"]);
        Assert.NotEqual((string?)first["openId"], (string?)other["openId"]);
        Assert.NotEqual((string?)first["accessToken"], (string?)again["accessToken"]);
    }

    [Theory]
    [InlineData("{}", "appId")]
    [InlineData("""{"appId":"app"}""", "code")]
    [InlineData("""{"appId":"App!","code":"x"}""", "appId")]
    [InlineData("""{"appId":"app","code":"x","grantType":"password"}""", "grantType")]
    [InlineData("""{"appId":"app","grantType":"refresh_token"}""", "refreshToken")]
    [InlineData("""{"appId":"app","code":"x","codeVerifier":"short"}""", "codeVerifier")]
    public async Task Exchange_BadParameter_IsNamed(string body, string field)
    {
        await using var host = await Host();

        var answer = await host.Exchange(JsonNode.Parse(body)!);

        Assert.Equal("PY1001", (string?)answer["code"]);
        Assert.EndsWith($": {field}", (string)answer["msg"]!, StringComparison.Ordinal);
        Assert.Null(answer["response"]);
    }

    [Fact]
    public async Task Exchange_UnknownApp_IsPy3001() =>
        await AssertRefused("PY3001", (_, code) => new { code, appId = "nobody" });

    [Fact]
    public async Task Exchange_UnknownCode_IsPy3003() =>
        await AssertRefused("PY3003", (_, _) => new { code = "no-such-code", appId = "app" });

    [Fact]
    public async Task Exchange_DisabledApp_IsPy3002()
    {
        await using var host = await Host();
        var (_, code) = await host.Grant("app", ResidentNumber.Next());
        await host.PutChannel("app", "CHANNEL", active: false);

        Assert.Equal("PY3002", (string?)(await host.Exchange(new { code, appId = "app" }))["code"]);
        var direct = await Direct(host, "app", code);
        Assert.Equal("invalid_grant", (string?)direct["error"]);
    }

    [Fact]
    public async Task Exchange_AfterFiveMinutes_IsPy3004()
    {
        await using var host = await Host();
        var (_, code) = await host.Grant("app", ResidentNumber.Next());
        host.Time.Advance(TimeSpan.FromSeconds(301));

        Assert.Equal("PY3004", (string?)(await host.Exchange(new { code, appId = "app" }))["code"]);
    }

    [Fact]
    public async Task Exchange_SecondUse_IsPy3005AndRevokesWhatTheFirstGave()
    {
        await using var host = await Host();
        var (_, code) = await host.Grant("app", ResidentNumber.Next());
        var first = (await host.Exchange(new { code, appId = "app" }))["response"]!;
        Assert.Equal("PY0000", await Show(host, first));

        Assert.Equal("PY3005", (string?)(await host.Exchange(new { code, appId = "app" }))["code"]);

        Assert.Equal("PY1002", await Show(host, first));
        var refreshed = await Refresh(host, first);
        Assert.Equal("PY3010", (string?)refreshed["code"]);
    }

    [Fact]
    public async Task TokenEndpoint_SecondUseOfACode_RevokesWhatTheFirstGave()
    {
        await using var host = await Host();
        var (_, code) = await host.Grant("app", ResidentNumber.Next());
        var first = await Direct(host, "app", code);
        Assert.NotNull(first["access_token"]);

        Assert.Equal("invalid_grant", (string?)(await Direct(host, "app", code))["error"]);

        var shown = await host.Post("/api/v1/channel/qrcode", new { accessToken = (string)first["access_token"]! });
        Assert.Equal("PY1002", (string?)shown["code"]);
    }

    [Fact]
    public async Task Exchange_ManyAtOnce_GivesTokensToOneAtMost()
    {
        await using var host = await Host();
        var (_, code) = await host.Grant("app", ResidentNumber.Next());

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => host.Exchange(new { code, appId = "app" }))));

        var codes = answers.Select(answer => (string)answer["code"]!).ToList();
        Assert.True(codes.Count(text => text == "PY0000") <= 1, string.Join(' ', codes));
        Assert.All(codes, text => Assert.True(text is "PY0000" or "PY3005" or "PY3003", text));
    }

    [Fact]
    public async Task Exchange_CodeOfAnotherApp_IsPy3006AndLeavesTheCodeUsable()
    {
        await using var host = await Host();
        await host.PutChannel("other", "CHANNEL");
        var (_, code) = await host.Grant("app", ResidentNumber.Next());

        Assert.Equal("PY3006", (string?)(await host.Exchange(new { code, appId = "other" }))["code"]);
        Assert.Equal("PY0000", (string?)(await host.Exchange(new { code, appId = "app" }))["code"]);
    }

    [Fact]
    public async Task Refresh_Rotates_AndReuseRevokesTheWholeChain()
    {
        await using var host = await Host();
        var (_, first) = await host.Tokens("app", ResidentNumber.Next());

        var second = await Refresh(host, first);
        Assert.Equal("PY0000", (string?)second["code"]);
        Assert.Equal((string?)first["openId"], (string?)second["response"]!["openId"]);
        Assert.NotEqual((string?)first["refreshToken"], (string?)second["response"]!["refreshToken"]);
        Assert.Equal("PY0000", await Show(host, second["response"]!));

        Assert.Equal("PY3010", (string?)(await Refresh(host, first))["code"]);
        Assert.Equal("PY3010", (string?)(await Refresh(host, second["response"]!))["code"]);
        Assert.Equal("PY1002", await Show(host, second["response"]!));
    }

    [Fact]
    public async Task Refresh_Narrowed_KeepsToTheNarrowScope()
    {
        await using var host = await Host();
        var (_, first) = await host.Tokens("app", ResidentNumber.Next());

        var narrow = await host.Exchange(new
        {
            appId = "app",
            grantType = "refresh_token",
            refreshToken = (string)first["refreshToken"]!,
            scope = "tags",
        });

        Assert.Equal("PY0000", (string?)narrow["code"]);
        Assert.Equal("tags", (string?)narrow["response"]!["scope"]);
        Assert.Equal("PY1006", await Show(host, narrow["response"]!));
        var tags = await host.Post(
            "/api/v1/user/tags", new { accessToken = (string)narrow["response"]!["accessToken"]! });
        Assert.Equal("PY0000", (string?)tags["code"]);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("id_card")]
    public async Task Refresh_ScopeNotGranted_IsPy3009(string scope)
    {
        await using var host = await Host();
        var (_, first) = await host.Tokens("app", ResidentNumber.Next(), "qrcode offline_access");

        var answer = await host.Exchange(new
        {
            appId = "app",
            grantType = "refresh_token",
            refreshToken = (string)first["refreshToken"]!,
            scope,
        });

        Assert.Equal("PY3009", (string?)answer["code"]);
    }

    [Fact]
    public async Task Exchange_WithoutOfflineAccess_GivesNoRefreshToken()
    {
        await using var host = await Host();
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next(), "qrcode");

        Assert.Equal("", (string?)tokens["refreshToken"]);
    }

    [Fact]
    public async Task Withdrawal_EndsShowingAndRefreshing()
    {
        await using var host = await Host();
        var (session, tokens) = await host.Tokens("app", ResidentNumber.Next());

        var withdrawn = await host.Post("/api/v1/citizen/consents/withdraw", new { appId = "app" }, session);

        Assert.Equal("PY0000", (string?)withdrawn["code"]);
        Assert.Equal("PY1006", await Show(host, tokens));
        Assert.Equal("PY3008", (string?)(await Refresh(host, tokens))["code"]);
        var direct = await host.PostForm(
            "/oauth2/token", ("grant_type", "refresh_token"), ("client_id", "app"),
            ("refresh_token", (string)tokens["refreshToken"]!));
        Assert.Equal("invalid_grant", (string?)direct["error"]);
    }

    [Fact]
    public async Task Exchange_WithdrawnBeforeIt_IsPy3008()
    {
        await using var host = await Host();
        var (session, code) = await host.Grant("app", ResidentNumber.Next());
        await host.Post("/api/v1/citizen/consents/withdraw", new { appId = "app" }, session);

        Assert.Equal("PY3008", (string?)(await host.Exchange(new { code, appId = "app" }))["code"]);
    }

    [Fact]
    public async Task Exchange_FrozenCitizen_IsPy1003()
    {
        await using var host = await Host();
        var (_, code) = await host.Grant("app", ResidentNumber.Next());
        await host.Write(async unit => (await unit.Db.Citizens.SingleAsync()).State = CitizenState.Frozen);

        Assert.Equal("PY1003", (string?)(await host.Exchange(new { code, appId = "app" }))["code"]);
    }

    [Theory]
    [InlineData(Verifier, "PY0000")]
    [InlineData("another-verifier-0123456789-0123456789-0123456789", "PY3003")]
    [InlineData("", "PY1001")]
    public async Task Exchange_Pkce_DemandsTheRightVerifier(string codeVerifier, string expected)
    {
        await using var host = await Host();
        await host.PutChannel("mobile", "CHANNEL", pkce: true);
        var session = await host.SignIn(ResidentNumber.Next());
        await host.Consent(session, "mobile");
        var (code, error) = await host.Authorize(session, "mobile", challenge: Challenge);
        Assert.Null(error);

        var answer = await host.Exchange(new { code, appId = "mobile", codeVerifier });

        Assert.Equal(expected, (string?)answer["code"]);
    }

    [Fact]
    public async Task Authorize_PkceRequiredAndMissing_IsRefused()
    {
        await using var host = await Host();
        await host.PutChannel("mobile", "CHANNEL", pkce: true);
        var session = await host.SignIn(ResidentNumber.Next());
        await host.Consent(session, "mobile");

        var (code, error) = await host.Authorize(session, "mobile");

        Assert.Null(code);
        Assert.Contains("invalid_request", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_AppWithKey_DemandsItsSignature()
    {
        using var key = RSA.Create(3072);
        Assert.True(RequestSigner.TryCreate(
            SignatureProfile.RsaPssSha256, key.ExportPkcs8PrivateKeyPem(), out var signer, out _));
        using var owned = signer;
        await using var host = await Host();
        await host.PutChannel("signing", "CHANNEL", publicKeyPem: key.ExportSubjectPublicKeyInfoPem());
        var (_, code) = await host.Grant("signing", ResidentNumber.Next());
        var now = WireTime.Compact(host.Time.GetUtcNow());
        var late = WireTime.Compact(host.Time.GetUtcNow().AddSeconds(-302));
        string Sign(string time) => signer!.SignFields(("appId", "signing"), ("code", code), ("time", time));

        var unsigned = await host.Exchange(new { code, appId = "signing" });
        Assert.Equal("PY1001", (string?)unsigned["code"]);
        Assert.EndsWith(": time", (string)unsigned["msg"]!, StringComparison.Ordinal);
        Assert.EndsWith(": sign", (string)(await host.Exchange(new { code, appId = "signing", time = now }))["msg"]!);
        Assert.Equal("PY2003", await Code(late, Sign(late)));
        Assert.Equal("PY3007", await Code(now, Sign(late)));
        Assert.Equal("PY3007", await Code(now, "!!"));
        Assert.Equal("unauthorized_client", (string?)(await Direct(host, "signing", code))["error"]);
        Assert.Equal("PY0000", await Code(now, Sign(now)));

        async Task<string?> Code(string time, string sign) =>
            (string?)(await host.Exchange(new { code, appId = "signing", time, sign }))["code"];
    }

    private static async Task<CitizenHost> Host()
    {
        var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");
        return host;
    }

    private static async Task AssertRefused(string expected, Func<string, string, object> body)
    {
        await using var host = await Host();
        var (session, code) = await host.Grant("app", ResidentNumber.Next());
        Assert.Equal(expected, (string?)(await host.Exchange(body(session, code)))["code"]);
    }

    private static async Task<string?> Show(CitizenHost host, JsonNode tokens) =>
        (string?)(await host.Post(
            "/api/v1/channel/qrcode", new { accessToken = (string)tokens["accessToken"]!, isImage = "0" }))["code"];

    private static Task<JsonNode> Refresh(
        CitizenHost host, JsonNode tokens) =>
        host.Exchange(new
        {
            appId = "app",
            grantType = "refresh_token",
            refreshToken = (string)tokens["refreshToken"]!,
        });

    private static Task<JsonNode> Direct(CitizenHost host, string appId, string code) =>
        host.PostForm(
            "/oauth2/token", ("grant_type", "authorization_code"), ("client_id", appId), ("code", code),
            ("redirect_uri", CitizenHost.Redirect));
}
