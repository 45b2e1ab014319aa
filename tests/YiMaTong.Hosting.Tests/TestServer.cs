using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Tests;

/// <summary>Real Kestrel with the shared pipeline and small services, each listener on a port of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<BoundAddresses>();
        Http = new HttpClient { BaseAddress = addresses.Rest };
        Admin = new HttpClient { BaseAddress = addresses.Admin };
        Channel = GrpcChannel.ForAddress(addresses.Grpc);
    }

    public HttpClient Http { get; }

    public HttpClient Admin { get; }

    public GrpcChannel Channel { get; }

    public SlowCall Slow => _app.Services.GetRequiredService<SlowCall>();

    public BoundAddresses Addresses => _app.Services.GetRequiredService<BoundAddresses>();

    public static async Task<TestServer> StartAsync(
        Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listeners:RestPort"] = "0",
            ["Listeners:GrpcPort"] = "0",
            ["Listeners:AdminPort"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders();
        builder.AddYiMaTongHosting();
        builder.Services.AddSingleton<SlowCall>();
        builder.Services.Configure<EnvelopeOptions>(options => options.ExemptPrefixes.Add("/oauth2"));
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseYiMaTongHosting();
        app.MapGrpcService<EchoingQrcodes>();
        app.MapGrpcService<EchoingScenes>();
        app.MapGet("/oauth2/refusal", () => Microsoft.AspNetCore.Http.Results.Text("own form", statusCode: 400));
        app.MapPost("/oauth2/form", async (Microsoft.AspNetCore.Http.HttpRequest request) =>
            $"{(await request.ReadFormAsync(TestContext.Current.CancellationToken)).Count}");
        app.Map("/page/fails", string () => throw new InvalidDataException(EchoingQrcodes.Secret));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestServer(app);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, string contentType = "application/json") =>
        Http.PostAsync(
            path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { { "Content-Type", contentType } } },
            TestContext.Current.CancellationToken);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Slow.Release();
        Channel.Dispose();
        Http.Dispose();
        Admin.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>A call that a test holds under way.</summary>
internal sealed class SlowCall : IDisposable
{
    private readonly SemaphoreSlim _released = new(0);

    public SemaphoreSlim Entered { get; } = new(0);

    /// <summary>Lets every call pass that there is or will be in the test.</summary>
    public void Release() => _released.Release(100);

    public Task PassAsync()
    {
        Entered.Release();
        return _released.WaitAsync();
    }

    public void Dispose()
    {
        _released.Dispose();
        Entered.Dispose();
    }
}

/// <summary>One method echoes, one fails, one waits.</summary>
internal sealed class EchoingQrcodes(SlowCall slow) : QrcodeService.QrcodeServiceBase
{
    public const string Secret = "canary-of-the-exception";

    public override Task<GenerateQrcodeResponse> GenerateQrcode(
        GenerateQrcodeRequest request, ServerCallContext context) => Task.FromResult(new GenerateQrcodeResponse
        {
            Code = "PY0000",
            Msg = "成功",
            Response = new Qrcode
            {
                QrcodeType = request.QrcodeType,
                ConcealName = "*三<&'+",
                Qrcode_ = request.AccessToken,
            },
        });

    public override Task<ListUserTagsResponse> ListUserTags(ListUserTagsRequest request, ServerCallContext context) =>
        throw new InvalidDataException(Secret);

    public override async Task<GenerateChannelQrcodeResponse> GenerateChannelQrcode(
        GenerateChannelQrcodeRequest request, ServerCallContext context)
    {
        await slow.PassAsync();
        return request.AccessToken == "fail"
            ? throw new InvalidDataException(Secret)
            : new GenerateChannelQrcodeResponse { Code = "PY0000", Msg = "成功" };
    }
}

/// <summary>Takes a message with nested messages, lists and enums.</summary>
internal sealed class EchoingScenes : SceneService.SceneServiceBase
{
    public override Task<PutSceneResponse> PutScene(PutSceneRequest request, ServerCallContext context) =>
        Task.FromResult(new PutSceneResponse { Code = "PY0000", Msg = request.Scene?.Name ?? "" });

    public override Task<ListScenesResponse> ListScenes(ListScenesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListScenesResponse { Code = "PY0000", Msg = "成功" });
}

internal static class Answers
{
    /// <summary>Asserts that an answer is the envelope with this code alone, and returns its message.</summary>
    public static async Task<string> AssertEnvelopeAsync(this HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var envelope = JsonDocument.Parse(text);
        Assert.Equal(["code", "msg"], envelope.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(code, envelope.RootElement.GetProperty("code").GetString());
        return envelope.RootElement.GetProperty("msg").GetString()!;
    }
}
