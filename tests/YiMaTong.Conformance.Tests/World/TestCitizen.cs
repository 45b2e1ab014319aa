using System.Web;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests.World;

/// <summary>An app as registered: what a citizen grants access to.</summary>
internal sealed record TestApp(string AppId, string RedirectUri);

/// <summary>What B.5 gave for a citizen and an app.</summary>
internal sealed record Tokens(string AccessToken, string RefreshToken, string OpenId, string Scope);

/// <summary>A synthetic citizen with a session of their own.</summary>
internal sealed record TestCitizen(Api Api, string IdNumber, string Name, string Session)
{
    public const string AllScopes = "qrcode tags user_name id_card offline_access";

    public async Task Claim(string[]? fields = null, string[]? sceneKinds = null) => Envelope.Is(
        await Api.Post("/api/v1/citizen/claim", new { fields = fields ?? [], sceneKinds = sceneKinds ?? [] }, Session),
        "PY0000");

    public Task<Answer> TryConsent(TestApp app, string scopes) =>
        Api.Post("/api/v1/citizen/consents", new { appId = app.AppId, scopes = scopes.Split(' ') }, Session);

    /// <summary>Withdraws the consent for an app, or with null the claim itself.</summary>
    public async Task Withdraw(TestApp? app) => Envelope.Is(
        await Api.Post("/api/v1/citizen/consents/withdraw", new { appId = app?.AppId ?? "" }, Session), "PY0000");

    public async Task RevokeCodes() =>
        Envelope.Is(await Api.Post("/api/v1/citizen/codes/revoke", new { }, Session), "PY0000");

    /// <summary>The authorisation request: the app's redirect address with a code comes back.</summary>
    public async Task<string> AuthorizationCode(TestApp app, string scopes, string? codeChallenge = null)
    {
        var query = $"response_type=code&client_id={Uri.EscapeDataString(app.AppId)}"
            + $"&redirect_uri={Uri.EscapeDataString(app.RedirectUri)}&scope={Uri.EscapeDataString(scopes)}&state=xyz"
            + (codeChallenge is null ? "" : $"&code_challenge={codeChallenge}&code_challenge_method=S256");
        var answer = await Api.Get($"/oauth2/authorize?{query}", Session);
        Assert.True(answer.Status == 302 && answer.Location is not null, $"expected a redirect, got {answer}");
        Assert.StartsWith(app.RedirectUri, answer.Location, StringComparison.Ordinal);
        var parameters = HttpUtility.ParseQueryString(new Uri(answer.Location).Query);
        Assert.Equal("xyz", parameters["state"]);
        var code = parameters["code"];
        Assert.True(!string.IsNullOrEmpty(code), $"no code in {answer.Location}");
        return code;
    }

    /// <summary>Consent, authorisation and exchange in one: what a citizen's first login at an app does.</summary>
    public async Task<Tokens> SignIn(TestApp app, string scopes = AllScopes)
    {
        Envelope.Is(await TryConsent(app, scopes), "PY0000");
        var code = await AuthorizationCode(app, scopes);
        return Read(Envelope.Is(await Api.Post(Paths.Authorize, new { code, appId = app.AppId }), "PY0000"));
    }

    /// <summary>Mints a code by B.1 and returns its text.</summary>
    public async Task<string> Mint(Tokens tokens) => Envelope.Is(
        await Api.Post(Paths.Generate, new { accessToken = tokens.AccessToken, isImage = "0" }), "PY0000")["qrcode"];

    public static Tokens Read(Answer answer) =>
        new(answer["accessToken"], answer["refreshToken"], answer["openId"], answer["scope"]);
}
