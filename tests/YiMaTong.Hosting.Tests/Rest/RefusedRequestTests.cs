using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;

namespace YiMaTong.Hosting.Tests.Rest;

/// <summary>What a client is told whose request never reaches a handler.</summary>
public sealed class RefusedRequestTests
{
    private const string Generate = "/api/v1/qrcode/generate";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=gbk")]
    [InlineData("application/jsonx")]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+json")]
    [InlineData("nonsense")]
    public async Task Post_OtherContentType_Answers415(string contentType)
    {
        await using var server = await TestServer.StartAsync();
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var answer = await server.Http.PostAsync(Generate, content, Cancel);

        await answer.AssertEnvelopeAsync(415, "PY1001");
    }

    [Fact]
    public async Task Post_NoBodyAndNoContentType_Answers415()
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Http.PostAsync(Generate, content: null, Cancel);

        await answer.AssertEnvelopeAsync(415, "PY1001");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON; charset=\"UTF-8\"")]
    public async Task Post_JsonContentType_IsServed(string contentType)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.PostAsync(Generate, "{}", contentType);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_BodyOverTheLimit_Answers413(bool chunked)
    {
        await using var server = await TestServer.StartAsync(new() { ["Listeners:MaxBodyBytes"] = "2048" });
        async Task<HttpResponseMessage> SendAsync(int length)
        {
            var body = Encoding.UTF8.GetBytes("{\"accessToken\":\"" + new string('a', length - 18) + "\"}");
            using var request = new HttpRequestMessage(HttpMethod.Post, Generate);
            request.Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } };
            request.Headers.TransferEncodingChunked = chunked;
            return await server.Http.SendAsync(request, Cancel);
        }

        using var largest = await SendAsync(2048);
        using var over = await SendAsync(2049);
        using var huge = await SendAsync(200_000);

        Assert.Equal(HttpStatusCode.OK, largest.StatusCode);
        await over.AssertEnvelopeAsync(413, "PY1001");
        await huge.AssertEnvelopeAsync(413, "PY1001");
    }

    [Fact]
    public async Task Post_BodyOverKestrelsLimit_Answers413()
    {
        await using var server = await TestServer.StartAsync(
            new() { ["Listeners:MaxBodyBytes"] = "1024", ["Listeners:MaxGrpcMessageBytes"] = "1024" });

        using var answer = await AskFirstAsync("/oauth2x");
        using var known = await AskFirstAsync(Generate);

        await answer.AssertEnvelopeAsync(404, "PY1001");
        await known.AssertEnvelopeAsync(413, "PY1001");

        // The server closes without reading that much; a client that sends it unasked may see the reset first.
        async Task<HttpResponseMessage> AskFirstAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Content = new StringContent(new string(' ', 100_000), Encoding.UTF8, "application/json");
            request.Headers.ExpectContinue = true;
            return await server.Http.SendAsync(request, Cancel);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/qrcode/generat")]
    [InlineData("/api/v1/qrcode/generate/x")]
    [InlineData("/livez")]
    [InlineData("/metrics")]
    [InlineData("/grpc.health.v1.Health/Check")]
    [InlineData("/yimatong.issuing.v1.QrcodeService/GenerateQrcode")]
    [InlineData("/%E4%B8%80/../..%2f")]
    public async Task Post_UnknownRoute_Answers404(string path)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.PostAsync(path, "{}");

        Assert.Contains("接口不存在", await answer.AssertEnvelopeAsync(404, "PY1001"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", Generate, "POST")]
    [InlineData("PUT", Generate, "POST")]
    [InlineData("DELETE", Generate, "POST")]
    [InlineData("OPTIONS", Generate, "POST")]
    [InlineData("POST", "/api/v1/platform/scenes", "GET")]
    [InlineData("GET", "/api/v1/platform/scenes/a", "PUT")]
    public async Task Send_KnownPathWithAnotherVerb_Answers405WithAllow(string verb, string path, string allowed)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);

        using var answer = await server.Http.SendAsync(request, Cancel);

        await answer.AssertEnvelopeAsync(405, "PY1001");
        Assert.Equal([allowed], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(Generate, 405)]
    [InlineData("/nowhere", 404)]
    public async Task Head_Refused_HasTheHeadersAndNoBody(string path, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var answer = await server.Http.SendAsync(request, Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [InlineData("", "请求体不是合法的 JSON 对象")]
    [InlineData("[]", "请求体不是合法的 JSON 对象")]
    [InlineData("{\"accessToken\":", "请求体不是合法的 JSON 对象")]
    [InlineData("{\"accessToken\":1}", "accessToken")]
    [InlineData("{\"accessToken\":\"a\",\"access_token\":\"b\"}", "accessToken")]
    public async Task Post_BadBody_Answers400NamingTheFault(string body, string fault)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.PostAsync(Generate, body);

        Assert.Equal($"参数缺失或格式错误: {fault}", await answer.AssertEnvelopeAsync(400, "PY1001"));
    }

    [Fact]
    public async Task Get_BadQuery_Answers400WithoutTheParsersText()
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Http.GetAsync("/api/v1/platform/scenes?nowhere=1", Cancel);
        using var put = await server.PostAsync("/api/v1/qrcode/generate?accessToken=1", "{}");

        Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.NotEqual(HttpStatusCode.InternalServerError, put.StatusCode);
    }

    [Fact]
    public async Task Put_RandomScene_IsServedOrRefusedByTheGuard()
    {
        await using var server = await TestServer.StartAsync();

        await RandomBodies.Scenes.SampleAsync(
            async body =>
            {
                using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
                {
                    Headers = { { "Content-Type", "application/json" } },
                };
                using var answer = await server.Http.PutAsync("/api/v1/platform/scenes/a", content, Cancel);
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    // A refusal names the field; one that does not comes from the transcoder, past the guard.
                    var message = await answer.AssertEnvelopeAsync(400, "PY1001");
                    Assert.Contains(": ", message, StringComparison.Ordinal);
                }
            },
            iter: 1500,
            threads: 2);
    }

    [Fact]
    public async Task Get_ExemptPath_KeepsItsOwnForm()
    {
        await using var server = await TestServer.StartAsync();

        using var refusal = await server.Http.GetAsync("/oauth2/refusal", Cancel);
        using var missing = await server.Http.GetAsync("/oauth2/nowhere", Cancel);
        using var neighbour = await server.Http.GetAsync("/oauth2nowhere", Cancel);

        Assert.Equal("own form", await refusal.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Empty(await missing.Content.ReadAsByteArrayAsync(Cancel));
        await neighbour.AssertEnvelopeAsync(404, "PY1001");
    }

    [Theory]
    [InlineData("NONSENSE\r\n\r\n", 400)]
    [InlineData(
        "POST /api/v1/qrcode/generate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        400)]
    public async Task Send_BrokenHttp_Answers400(string bytes, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Addresses.Rest.Host, server.Addresses.Rest.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(bytes), Cancel);
        using var reader = new StreamReader(socket.GetStream());

        Assert.StartsWith($"HTTP/1.1 {status}", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }
}
