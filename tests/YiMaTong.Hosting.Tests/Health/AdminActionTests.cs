using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Hosting.Health;

namespace YiMaTong.Hosting.Tests.Health;

public sealed class AdminActionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "application/json", 2, 200)]
    [InlineData("POST", "application/json", 4_096, 200)]
    [InlineData("POST", "application/json", 4_097, 413)]
    [InlineData("POST", "text/plain", 2, 415)]
    [InlineData("POST", "application/x-www-form-urlencoded", 2, 415)]
    [InlineData("PUT", "application/json", 2, 405)]
    public async Task Send_AdminPort_ActsOnPostsOfJsonAlone(string verb, string contentType, int length, int status)
    {
        var action = new Counting();
        await using var server = await StartAsync(action);

        using var answer = await SendAsync(server.Admin, verb, contentType, length);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? [length] : [], action.Lengths);
    }

    [Fact]
    public async Task Post_RestPort_DoesNotKnowTheAction()
    {
        var action = new Counting();
        await using var server = await StartAsync(action);

        using var answer = await SendAsync(server.Http, "POST", "application/json", 2);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(action.Lengths);
    }

    private static Task<TestServer> StartAsync(Counting action) => TestServer.StartAsync(
        services: services => services.AddSingleton<IAdminAction>(action));

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string verb, string contentType, int length)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), "/count");
        request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string(' ', length)));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await client.SendAsync(request, Cancel);
    }

    private sealed class Counting : IAdminAction
    {
        public string Path => "/count";

        public List<int> Lengths { get; } = [];

        public (int Status, string Text) Invoke(ReadOnlySpan<byte> body)
        {
            Lengths.Add(body.Length);
            return (200, "done");
        }
    }
}
