using System.Net;
using YiMaTong.Contracts.Issuing.V1;

namespace YiMaTong.Hosting.Tests.Rest;

public sealed class RestLimiterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_MoreThanTheRate_Answers429WithRetryAfter()
    {
        await using var server = await TestServer.StartAsync(
            new() { ["Listeners:RequestsPerSecondPerAddress"] = "3" });
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add(await server.PostAsync("/api/v1/qrcode/generate", "{}"));
        }

        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.OK).ToList();
        Assert.InRange(answers.Count - refused.Count, 3, 6);
        foreach (var answer in refused)
        {
            await answer.AssertEnvelopeAsync(429, "PY1008");
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        }

        // gRPC has limits of its own.
        var qrcodes = new QrcodeService.QrcodeServiceClient(server.Channel);
        for (var i = 0; i < 12; i++)
        {
            var answer = await qrcodes.GenerateQrcodeAsync(new GenerateQrcodeRequest(), cancellationToken: Cancel);
            Assert.Equal("PY0000", answer.Code);
        }

        answers.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task Post_WhileAllPlacesAreTaken_Answers503()
    {
        await using var server = await TestServer.StartAsync(new() { ["Listeners:MaxConcurrentRequests"] = "1" });
        var slow = server.PostAsync("/api/v1/channel/qrcode", "{}");
        await server.Slow.Entered.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        using (var refused = await server.PostAsync("/api/v1/qrcode/generate", "{}"))
        {
            await refused.AssertEnvelopeAsync(503, "PY1998");
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        }

        server.Slow.Release();
        using var first = await slow;
        using var after = await server.PostAsync("/api/v1/qrcode/generate", "{}");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }
}
