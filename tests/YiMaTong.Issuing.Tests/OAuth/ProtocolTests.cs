using System.Text.Json.Nodes;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.OAuth;

/// <summary>What any OAuth 2.0 client library meets.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public async Task Discovery_NamesTheEndpointsAndWhatIsSupported()
    {
        await using var host = await CitizenHost.StartAsync();

        var document = await host.Get("/.well-known/openid-configuration");

        Assert.Equal("http://127.0.0.1:8080/", (string?)document["issuer"]);
        foreach (var (field, path) in new[]
        {
            ("authorization_endpoint", "/oauth2/authorize"), ("token_endpoint", "/oauth2/token"),
            ("revocation_endpoint", "/oauth2/revoke"), ("introspection_endpoint", "/oauth2/introspect"),
        })
        {
            Assert.EndsWith(path, (string)document[field]!, StringComparison.Ordinal);
        }

        Assert.Contains("S256", document["code_challenge_methods_supported"]!.AsArray().Select(item => (string?)item));
        Assert.Equal(
            ["authorization_code", "refresh_token"],
            document["grant_types_supported"]!.AsArray().Select(item => (string?)item).Order());
    }

    [Fact]
    public async Task Introspection_TellsTheAppsOwnTokenAndNeverTheCitizensRow()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");
        await host.PutChannel("other", "CHANNEL");
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next());
        var token = (string)tokens["accessToken"]!;

        var own = await host.PostForm("/oauth2/introspect", ("client_id", "app"), ("token", token));
        var foreign = await host.PostForm("/oauth2/introspect", ("client_id", "other"), ("token", token));

        Assert.True((bool)own["active"]!);
        Assert.Equal((string?)tokens["openId"], (string?)own["sub"]);
        Assert.DoesNotContain(
            own.AsObject(), field => field.Key.Contains("citizen", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("""{"active":false}""", foreign.ToJsonString());
    }

    [Fact]
    public async Task Revocation_OfTheRefreshToken_EndsIt()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next());
        var refreshToken = (string)tokens["refreshToken"]!;

        await host.PostForm("/oauth2/revoke", ("client_id", "app"), ("token", refreshToken));

        var answer = await host.Exchange(new { appId = "app", grantType = "refresh_token", refreshToken });
        Assert.Equal("PY3010", (string?)answer["code"]);
    }

    [Fact]
    public async Task Revocation_ByAnotherApp_ChangesNothing()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");
        await host.PutChannel("other", "CHANNEL");
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next());
        var accessToken = (string)tokens["accessToken"]!;

        await host.PostForm("/oauth2/revoke", ("client_id", "other"), ("token", accessToken));
        await host.PostForm("/oauth2/revoke", ("client_id", "other"), ("token", (string)tokens["refreshToken"]!));

        var shown = await host.Post("/api/v1/channel/qrcode", new { accessToken });
        Assert.Equal("PY0000", (string?)shown["code"]);
    }

    [Fact]
    public async Task Refresh_TokenOfAnotherApp_IsPy3010()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");
        await host.PutChannel("other", "CHANNEL");
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next());
        var refreshToken = (string)tokens["refreshToken"]!;

        var wrong = new[] { ("other", refreshToken), ("app", "x"), ("app", (string)tokens["accessToken"]!) };
        foreach (var (appId, token) in wrong)
        {
            var answer = await host.Exchange(new { appId, grantType = "refresh_token", refreshToken = token });
            Assert.Equal("PY3010", (string?)answer["code"]);
        }
    }

    [Theory]
    [InlineData(null, "login_required")]
    [InlineData("not-a-session", "login_required")]
    public async Task Authorize_WithoutASession_SaysSoAtTheRedirectAddress(string? session, string expected)
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");

        Assert.Equal((null, expected), await host.Authorize(session, "app"));
    }

    [Fact]
    public async Task Authorize_ConsentLackingOrNarrower_IsConsentRequired()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");
        var session = await host.SignIn(ResidentNumber.Next());

        Assert.Equal((null, "consent_required"), await host.Authorize(session, "app"));
        await host.Consent(session, "app", "qrcode");
        Assert.Equal((null, "consent_required"), await host.Authorize(session, "app", "qrcode tags"));
        Assert.Null((await host.Authorize(session, "app", "qrcode")).Error);
    }

    [Fact]
    public async Task Authorize_DisabledApp_IsAccessDenied()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL");
        var session = await host.SignIn(ResidentNumber.Next());
        await host.Consent(session, "app");
        await host.PutChannel("app", "CHANNEL", active: false);

        Assert.Equal((null, "access_denied"), await host.Authorize(session, "app"));
    }

    [Fact]
    public async Task Authorize_ScopeNotRegisteredForTheApp_IsRefused()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL", "qrcode");
        var session = await host.SignIn(ResidentNumber.Next());
        await host.Consent(session, "app", "qrcode");

        var (code, error) = await host.Authorize(session, "app", "qrcode id_card");

        Assert.Null(code);
        Assert.NotNull(error);
    }

    [Fact]
    public async Task Tokens_AfterARestart_StillHold()
    {
        using var folder = new TempDirectory();
        JsonNode tokens;
        await using (var first = await CitizenHost.StartInAsync(folder))
        {
            await first.PutChannel("app", "CHANNEL");
            (_, tokens) = await first.Tokens("app", ResidentNumber.Next());
        }

        await using var second = await CitizenHost.StartInAsync(folder);
        var shown = await second.Post("/api/v1/channel/qrcode", new { accessToken = (string)tokens["accessToken"]! });
        Assert.Equal("PY0000", (string?)shown["code"]);
    }

    [Fact]
    public async Task TokenEndpoint_GetOrEmpty_AnswersTheProtocolsError()
    {
        await using var host = await CitizenHost.StartAsync();

        var answer = await host.PostForm("/oauth2/token");

        Assert.NotNull((string?)answer["error"]);
        Assert.Null(answer["code"]);
    }
}
