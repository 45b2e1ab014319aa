using System.Net;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Hosting.Envelope;

namespace YiMaTong.Hosting.Tests.Envelope;

public sealed class FailingHandlerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/user/tags", "{}")]
    [InlineData("/api/v1/channel/qrcode", "{\"accessToken\":\"fail\"}")]
    public async Task Post_HandlerThrows_AnswersSystemErrorWith200(string path, string body)
    {
        await using var server = await TestServer.StartAsync();
        server.Slow.Release();

        using var answer = await server.PostAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var envelope = JsonDocument.Parse(text);
        Assert.Equal("PY1999", envelope.RootElement.GetProperty("code").GetString());
        Assert.Equal("系统异常", envelope.RootElement.GetProperty("msg").GetString());
        Assert.DoesNotContain(EchoingQrcodes.Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(EchoingQrcodes.Secret, answer.Headers.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_HandlerThrows_AnswersSystemErrorWithStatusOk()
    {
        await using var server = await TestServer.StartAsync();
        var qrcodes = new QrcodeService.QrcodeServiceClient(server.Channel);

        using var call = qrcodes.ListUserTagsAsync(new ListUserTagsRequest(), cancellationToken: Cancel);
        var answer = await call;

        Assert.Equal("PY1999", answer.Code);
        Assert.Equal("系统异常", answer.Msg);
        Assert.Empty(answer.Response);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.DoesNotContain(
            call.GetTrailers(), entry => entry.ToString().Contains(EchoingQrcodes.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Post_FailureIsDegradation_AnswersPy1998AndA503OutsideTheHandlers()
    {
        await using var server = await TestServer.StartAsync(
            services: services => services.AddSingleton<IDegradationJudge, EverythingIsDegradation>());
        server.Slow.Release();

        using var answer = await server.PostAsync("/api/v1/channel/qrcode", "{\"accessToken\":\"fail\"}");
        using var envelope = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        using var refused = await server.Http.GetAsync("/page/fails", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("PY1998", envelope.RootElement.GetProperty("code").GetString());
        Assert.Equal("服务繁忙或降级,请使用应急码", envelope.RootElement.GetProperty("msg").GetString());
        Assert.Equal("服务繁忙或降级,请使用应急码", await refused.AssertEnvelopeAsync(503, "PY1998"));
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public async Task Get_PageThrows_Answers500InTheEnvelope()
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Http.GetAsync("/page/fails", Cancel);

        Assert.Equal("系统异常", await answer.AssertEnvelopeAsync(500, "PY1999"));
    }

    [Fact]
    public async Task Post_ChineseAndMarkup_AreReadableOnTheWire()
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.PostAsync("/api/v1/qrcode/generate", "{\"qrcodeType\":\"公交+<>&'\"}");
        using var refusal = await server.PostAsync("/api/v1/qrcode/generate", "[]");
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Contains("成功", text, StringComparison.Ordinal);
        Assert.Contains("公交+<>&'", text, StringComparison.Ordinal);
        Assert.Contains("*三<&'+", text, StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Contains("参数缺失或格式错误", await refusal.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private sealed class EverythingIsDegradation : IDegradationJudge
    {
        public string? Explain(Exception failure) => "all of it";
    }
}
