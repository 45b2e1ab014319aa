using System.Net;
using System.Text;
using Grpc.Core;
using YiMaTong.Contracts.Issuing.V1;

namespace YiMaTong.Hosting.Tests.Listeners;

public sealed class ListenerBoundaryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/qrcode/generate")]
    [InlineData("/oauth2/refusal")]
    [InlineData("/page/fails")]
    [InlineData("/nowhere")]
    public async Task Post_RestRouteOnTheGrpcPort_IsUnknown(string path)
    {
        await using var server = await TestServer.StartAsync();

        using var json = await SendAsync(server, path, "application/json");
        using var grpc = await SendAsync(server, path, "application/grpc");

        await json.AssertEnvelopeAsync(404, "PY1001");
        Assert.Equal(HttpStatusCode.OK, grpc.StatusCode);
        Assert.Equal("12", Assert.Single(grpc.Headers.GetValues("grpc-status")));
        Assert.Empty(await grpc.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Call_UnknownMethodOnTheGrpcPort_IsUnimplemented()
    {
        await using var server = await TestServer.StartAsync();
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "yimatong.issuing.v1.QrcodeService", "Nothing",
            Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await server.Channel.CreateCallInvoker()
            .AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), []));

        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    [Fact]
    public async Task Post_GrpcOnTheRestPort_IsToldWhereToGo()
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.PostAsync(
            "/yimatong.issuing.v1.QrcodeService/GenerateQrcode", "", "application/grpc");
        using var bare = await server.PostAsync("/yimatong.issuing.v1.QrcodeService/GenerateQrcode", "{}");

        Assert.Contains("gRPC", await answer.AssertEnvelopeAsync(415, "PY1001"), StringComparison.Ordinal);
        await bare.AssertEnvelopeAsync(404, "PY1001");
    }

    [Fact]
    public async Task Call_GrpcOnTheGrpcPort_IsServed()
    {
        await using var server = await TestServer.StartAsync();
        var qrcodes = new QrcodeService.QrcodeServiceClient(server.Channel);

        var answer = await qrcodes.GenerateQrcodeAsync(new GenerateQrcodeRequest(), cancellationToken: Cancel);

        Assert.Equal("PY0000", answer.Code);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestServer server, string path, string contentType)
    {
        using var http = new HttpClient { BaseAddress = server.Addresses.Grpc };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"))
            {
                Headers = { { "Content-Type", contentType } },
            },
        };
        return await http.SendAsync(request, Cancel);
    }
}
