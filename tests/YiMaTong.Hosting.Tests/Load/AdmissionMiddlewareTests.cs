using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Hosting.Load;

namespace YiMaTong.Hosting.Tests.Load;

public sealed class AdmissionMiddlewareTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_Refused_AnswersInTheFormOfItsListener()
    {
        var control = new Control { Answer = new(0, 1_200) };
        await using var server = await StartAsync(control);
        var qrcodes = new QrcodeService.QrcodeServiceClient(server.Channel);

        using var rest = await server.PostAsync("/api/v1/qrcode/generate", "{}");
        var grpc = await Assert.ThrowsAsync<RpcException>(async () =>
            await qrcodes.GenerateQrcodeAsync(new GenerateQrcodeRequest(), cancellationToken: Cancel));
        using var admin = await server.Admin.GetAsync("/readyz", Cancel);

        await rest.AssertEnvelopeAsync(429, "PY1998");
        Assert.Equal(TimeSpan.FromSeconds(2), rest.Headers.RetryAfter?.Delta);
        Assert.Equal(StatusCode.ResourceExhausted, grpc.StatusCode);
        Assert.Equal("1200", grpc.Trailers.GetValue("retry-after-ms"));
        Assert.True(admin.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Call_RefusedAndClosed_ClosesTheConnection()
    {
        await using var server = await StartAsync(new Control { Answer = new(0, 50, Close: true) });

        using var rest = await server.PostAsync("/api/v1/qrcode/generate", "{}");

        await rest.AssertEnvelopeAsync(429, "PY1998");
        Assert.True(rest.Headers.ConnectionClose);
    }

    [Fact]
    public async Task Call_Counted_GivesItsPlaceBackHoweverItEnds()
    {
        var control = new Control { Answer = new(7, 0) };
        await using var server = await StartAsync(control);
        server.Slow.Release();
        using var served = await server.PostAsync("/api/v1/qrcode/generate", "{}");
        using var failed = await server.PostAsync("/page/fails", "{}");
        using var later = await server.PostAsync("/api/v1/channel/qrcode", "{}");
        using var none = await server.PostAsync("/nowhere", "{}");

        Assert.Equal([7, 7, 7, 7], control.Left);
    }

    private static Task<TestServer> StartAsync(Control control) => TestServer.StartAsync(
        services: services => services.AddSingleton<IAdmissionControl>(control));

    private sealed class Control : IAdmissionControl
    {
        public Admission Answer { get; init; }

        public List<int> Left { get; } = [];

        public Admission Judge(HttpContext context) => Answer;

        public void Leave(int place)
        {
            lock (Left)
            {
                Left.Add(place);
            }
        }
    }
}
