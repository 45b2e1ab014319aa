using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Incidents;

/// <summary>A service without its database says "use the emergency code", not "system error".</summary>
public sealed class DegradedTests
{
    private const string Told = "服务繁忙或降级,请使用应急码";

    [Fact]
    public async Task EveryInterface_DatabaseIsAway_IsPy1998AndRecovers()
    {
        await using var host = await IncidentHost.StartAsync();
        var inner = host.Inner;
        await inner.PutChannel("platform-app", "PLATFORM");
        var (session, tokens) = await inner.Tokens("platform-app", ResidentNumber.Next());
        var accessToken = (string)tokens["accessToken"]!;
        host.TakeDatabaseAway();

        var answers = new Dictionary<string, System.Text.Json.Nodes.JsonNode>
        {
            ["B.1"] = await inner.Post("/api/v1/qrcode/generate", new { accessToken }),
            ["B.2"] = await inner.Post("/api/v1/user/tags", new { accessToken }),
            ["B.3"] = await inner.Post("/api/v1/channel/qrcode", new { accessToken }),
            ["B.5"] = await inner.Exchange(new { code = "any", appId = "platform-app" }),
            ["session"] = await inner.Post(
                "/api/v1/citizen/sessions", new { idNumber = ResidentNumber.Next(), name = "张三" }),
            ["claim"] = await inner.Post("/api/v1/citizen/claim", new { }, session),
            ["platform"] = await inner.Get("/api/v1/platform/scenes", CitizenHost.OperatorToken),
        };

        Assert.All(answers, answer => Assert.Equal(
            $"{answer.Key} PY1998 {Told}",
            $"{answer.Key} {(string?)answer.Value["code"]} {(string?)answer.Value["msg"]}"));
        host.BringDatabaseBack();
        Assert.Equal("PY0000", (string?)(await inner.Post("/api/v1/qrcode/generate", new { accessToken }))["code"]);
    }

    [Fact]
    public async Task OAuthEndpoint_DatabaseIsAway_IsTemporarilyUnavailable()
    {
        await using var host = await IncidentHost.StartAsync();
        await host.Inner.PutChannel("app", "CHANNEL");
        var (_, tokens) = await host.Inner.Tokens("app", ResidentNumber.Next());
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = "app",
            ["refresh_token"] = (string)tokens["refreshToken"]!,
        };
        host.TakeDatabaseAway();

        using var answer = await host.Inner.Http.PostAsync(
            "/oauth2/token", new FormUrlEncodedContent(form), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""{"error":"temporarily_unavailable"}""", text);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
    }
}
