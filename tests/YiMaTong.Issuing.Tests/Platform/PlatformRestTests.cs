using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class PlatformRestTests
{
    [Fact]
    public async Task PutScene_OverRest_TakesTheIdFromThePathAndIsListed()
    {
        await using var host = await PlatformHost.StartAsync();
        using var client = Client(host);
        const string Body = """{"name":"K7 路公交","kind":"a","qrcodeTypes":["gj"],"fields":["tags"]}""";

        var put = await Send(client, HttpMethod.Put, "/api/v1/platform/scenes/bus-k7", Body);
        var list = await Send(client, HttpMethod.Get, "/api/v1/platform/scenes", null);

        Assert.Equal("PY0000", put.GetProperty("code").GetString());
        Assert.Equal("bus-k7", list.GetProperty("response")[0].GetProperty("sceneId").GetString());
    }

    [Fact]
    public async Task PutScene_OverRestWithFault_NamesTheJsonField()
    {
        await using var host = await PlatformHost.StartAsync();
        using var client = Client(host);

        var reply = await Send(client, HttpMethod.Put, "/api/v1/platform/scenes/bus-k7",
            """{"name":"K7","kind":"a"}""");

        Assert.Equal("参数缺失或格式错误: qrcodeTypes", reply.GetProperty("msg").GetString());
        Assert.False(reply.TryGetProperty("response", out _));
    }

    [Fact]
    public async Task PutCitizen_OverRestWithoutToken_AnswersPy1002AndLogsNothingOfIt()
    {
        await using var host = await PlatformHost.StartAsync();
        using var client = Client(host);
        client.DefaultRequestHeaders.Authorization = null;
        var body = $$"""{"idNumber":"{{Samples.IdNumber(1)}}","name":"张三"}""";

        var reply = await Send(client, HttpMethod.Post, "/api/v1/platform/citizens", body);

        Assert.Equal("PY1002", reply.GetProperty("code").GetString());
        Assert.DoesNotContain(
            host.Logs.Lines, line => line.Text.Contains(Samples.IdNumber(1), StringComparison.Ordinal));
    }

    [Fact]
    public async Task PutCitizen_Registered_LeavesNoPersonalDataInLogs()
    {
        await using var host = await PlatformHost.StartAsync();
        await host.Citizens.PutCitizenAsync(Samples.Citizen(), PlatformHost.Operator);
        var citizen = Samples.Citizen();

        Assert.NotEmpty(host.Logs.Lines);
        Assert.All(new[] { citizen.IdNumber, citizen.Name, citizen.Phone, PlatformHost.Token }, secret =>
            Assert.DoesNotContain(host.Logs.Lines, line => line.Text.Contains(secret, StringComparison.Ordinal)));
    }

    private static HttpClient Client(PlatformHost host)
    {
        var client = new HttpClient { BaseAddress = host.Rest };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PlatformHost.Token);
        return client;
    }

    private static async Task<JsonElement> Send(HttpClient client, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var document = await JsonDocument.ParseAsync(stream, default, TestContext.Current.CancellationToken);
        return document.RootElement.Clone();
    }
}
