using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using YiMaTong.Testing;

namespace YiMaTong.Hosting.Tests.Health;

public sealed class AdminPortTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/livez", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/metrics", 200)]
    [InlineData("/", 404)]
    [InlineData("/metrics/x", 404)]
    [InlineData("/api/v1/platform/scenes", 404)]
    [InlineData("/oauth2/refusal", 404)]
    public async Task Get_AdminPort_AnswersItsThreePathsOnly(string path, int status)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Admin.GetAsync(path, Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task Get_OtherPorts_DoNotAnswerAdminPaths(string path)
    {
        await using var server = await TestServer.StartAsync();
        var admin = server.Addresses.Admin;
        using var http2 = new HttpClient { BaseAddress = server.Addresses.Grpc };
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var rest = await server.Http.GetAsync(path, Cancel);
        using var grpc = await http2.SendAsync(request, Cancel);
        var tricked = await SendRawAsync(server.Addresses.Rest, $"GET {path} HTTP/1.1\r\nHost: {admin.Authority}\r\n");
        var absolute = await SendRawAsync(
            server.Addresses.Rest, $"GET {new Uri(admin, path)} HTTP/1.1\r\nHost: {admin.Authority}\r\n");

        Assert.Equal(HttpStatusCode.NotFound, rest.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, grpc.StatusCode);
        Assert.Equal("HTTP/1.1 404 Not Found", tricked);
        Assert.Equal("HTTP/1.1 404 Not Found", absolute);
    }

    [Fact]
    public async Task Get_AdminPortWithRestsHost_StaysAdmin()
    {
        await using var server = await TestServer.StartAsync();

        var status = await SendRawAsync(
            server.Addresses.Admin,
            $"GET /api/v1/platform/scenes HTTP/1.1\r\nHost: {server.Addresses.Rest.Authority}\r\n");

        Assert.Equal("HTTP/1.1 404 Not Found", status);
    }

    [Fact]
    public async Task Readyz_WhileACheckFails_Answers503AndNamesIt()
    {
        var health = new SwitchedCheck();
        await using var server = await TestServer.StartAsync(services: services => services.AddHealthChecks()
            .AddCheck("directory", health, tags: [YiMaTongHosting.ReadyTag])
            .AddCheck("unrelated", () => HealthCheckResult.Unhealthy()));

        using var ready = await server.Admin.GetAsync("/readyz", Cancel);
        health.Result = HealthCheckResult.Unhealthy("loading");
        using var not = await server.Admin.GetAsync("/readyz", Cancel);
        using var alive = await server.Admin.GetAsync("/livez", Cancel);
        health.Result = HealthCheckResult.Healthy();
        using var again = await server.Admin.GetAsync("/readyz", Cancel);

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, not.StatusCode);
        Assert.Equal("directory: not ready (loading)\n", await not.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Stop_WithDrain_IsNotReadyButServesAndEndsTheCallUnderWay()
    {
        await using var server = await TestServer.StartAsync(new() { ["Listeners:DrainSeconds"] = "1" });
        var slow = server.PostAsync("/api/v1/channel/qrcode", "{}");
        await server.Slow.Entered.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        var stop = server.StopAsync();
        var ready = await AwaitUntil.Satisfies(
            async () => (await server.Admin.GetAsync("/readyz", Cancel)).StatusCode,
            status => status == HttpStatusCode.ServiceUnavailable,
            TimeSpan.FromSeconds(5), "not ready", cancellationToken: Cancel);
        using var served = await server.PostAsync("/api/v1/qrcode/generate", "{}");
        await AwaitUntil.Holds(
            () => !Answers(server.Addresses.Rest), TimeSpan.FromSeconds(10), "the end of listening", Cancel);
        var stoppedEarly = stop.IsCompleted;
        server.Slow.Release();
        using var finished = await slow;
        await stop;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.False(stoppedEarly);
        Assert.Equal(HttpStatusCode.OK, finished.StatusCode);
        Assert.Contains("PY0000", await finished.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_HealthService_TellsServing()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddHealthChecks()
            .AddCheck("directory", () => HealthCheckResult.Healthy(), tags: [YiMaTongHosting.ReadyTag]));
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "grpc.health.v1.Health", "Check",
            Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));
        var invoker = server.Channel.CreateCallInvoker();

        var answer = await AwaitUntil.Satisfies(
            async () => await invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), []),
            bytes => bytes.AsSpan().SequenceEqual(new byte[] { 8, 1 }), TimeSpan.FromSeconds(10), "SERVING",
            cancellationToken: Cancel);

        Assert.Equal(2, answer.Length);
    }

    private static bool Answers(Uri address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string?> SendRawAsync(Uri address, string head)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + "Connection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(socket.GetStream());
        return await reader.ReadLineAsync(Cancel);
    }

    private sealed class SwitchedCheck : IHealthCheck
    {
        public HealthCheckResult Result { get; set; } = HealthCheckResult.Healthy();

        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Result);
    }
}
