using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Citizens;

/// <summary>The adapter against a server that really speaks HTTP.</summary>
public sealed class HttpRealNameAuthorityTests
{
    [Theory]
    [InlineData(200, """{"match":true}""", "PY0000")]
    [InlineData(200, """{"match":false}""", "PY1004")]
    [InlineData(200, "{}", "PY1998")]
    [InlineData(200, "<html>", "PY1998")]
    [InlineData(500, """{"match":true}""", "PY1998")]
    public async Task Authenticate_WhatTheAuthorityAnswers_Decides(int status, string body, string expected)
    {
        string? asked = null;
        await using var authority = await Start(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            asked = await reader.ReadToEndAsync(context.RequestAborted);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body);
        });
        await using var host = await HostFor(authority.Urls.First());
        var idNumber = ResidentNumber.Next("330100");

        var answer = await host.Post("/api/v1/citizen/sessions", new { idNumber, name = "Zhang" });

        Assert.Equal(expected, (string?)answer["code"]);
        Assert.Equal($$"""{"idType":"01","idNumber":"{{idNumber}}","name":"Zhang"}""", asked);
        Assert.DoesNotContain(idNumber, host.Logs.TextAt(LogLevel.Debug), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authenticate_AuthorityIsDown_IsPy1998()
    {
        await using var host = await HostFor($"http://127.0.0.1:{FreePort.Take(1)[0]}");

        var answer =
            await host.Post("/api/v1/citizen/sessions", new { idNumber = ResidentNumber.Next(), name = "Zhang" });

        Assert.Equal("PY1998", (string?)answer["code"]);
    }

    [Fact]
    public async Task Authenticate_AuthorityIsSilent_IsPy1998AfterTheTimeout()
    {
        var reached = new TaskCompletionSource();
        await using var authority = await Start(async context =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var host = await HostFor(authority.Urls.First());

        var pending = host.Post("/api/v1/citizen/sessions", new { idNumber = ResidentNumber.Next(), name = "Zhang" });
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        host.Time.Advance(TimeSpan.FromMilliseconds(3001));

        Assert.Equal("PY1998", (string?)(await pending)["code"]);
    }

    private static Task<CitizenHost> HostFor(string address) => CitizenHost.StartAsync(
        ("Issuing:RealName:Mode", "http"), ("Issuing:RealName:Endpoint", address + "/verify"));

    private static async Task<WebApplication> Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/verify", answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
