using System.Text.Json.Nodes;
using Grpc.Net.Client;
using YiMaTong.AllInOne.Demo;
using YiMaTong.Contracts.Issuing.V1;

namespace YiMaTong.AllInOne.Walk;

/// <summary>What an app does for its citizen: sign in, authorise, show a code. Thread-safe.</summary>
internal sealed class CitizenApp(GrpcChannel issuing, RestClient rest)
{
    /// <summary>What the platform's own app asks for.</summary>
    public const string PlatformScope = "qrcode tags offline_access";

    /// <summary>Signs a citizen in (7.1.1).</summary>
    /// <returns>The session's token.</returns>
    /// <exception cref="WalkFailedException">The service refused.</exception>
    public async Task<string> SignInAsync(SyntheticPerson person, CancellationToken stop)
    {
        var citizens = new CitizenService.CitizenServiceClient(issuing);
        var answer = await citizens.AuthenticateAsync(
            new AuthenticateRequest { IdNumber = person.IdNumber, Name = person.Name, Phone = person.Phone },
            cancellationToken: stop);
        WalkFailedException.Expect(answer.Code, answer.Msg, "real-name authentication");
        return answer.Response.SessionToken;
    }

    /// <summary>Consents to what an app asks for.</summary>
    /// <exception cref="WalkFailedException">The service refused.</exception>
    public async Task ConsentAsync(string session, string appId, string scope, CancellationToken stop)
    {
        var citizens = new CitizenService.CitizenServiceClient(issuing);
        var answer = await citizens.GrantConsentAsync(
            new GrantConsentRequest { AppId = appId, Scopes = { scope.Split(' ') } },
            DemoCity.Session(session),
            cancellationToken: stop);
        WalkFailedException.Expect(answer.Code, answer.Msg, $"consent for {appId}");
    }

    /// <summary>Gets an access token by B.5.</summary>
    /// <exception cref="WalkFailedException">The service refused.</exception>
    public async Task<string> TokenAsync(string session, string appId, string scope, CancellationToken stop)
    {
        var code = await rest.AuthorizeAsync(session, appId, CityPlan.RedirectUri, scope, stop);
        var grant = await rest.PostAsync(
            "/api/v1/oauth/authorize", new Dictionary<string, string> { ["code"] = code, ["appId"] = appId }, stop);
        return (string)grant["accessToken"]!;
    }

    /// <summary>Shows a code by B.1.</summary>
    /// <exception cref="WalkFailedException">The service refused.</exception>
    public Task<JsonNode> ShowAsync(string token, CancellationToken stop) =>
        rest.PostAsync("/api/v1/qrcode/generate", new Dictionary<string, string> { ["accessToken"] = token }, stop);
}
