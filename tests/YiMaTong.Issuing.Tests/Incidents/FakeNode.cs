using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace YiMaTong.Issuing.Tests.Incidents;

/// <summary>The admin listener of a decode node, over real HTTP, as well or unwell as a test wants it.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private const string AgeMetric = "yimatong_decode_data_age_seconds";

    private readonly WebApplication _app;

    private FakeNode()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/readyz", async (HttpContext context) =>
        {
            if (Hangs)
            {
                Reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            return Results.StatusCode(Ready ? 200 : 503);
        });
        _app.MapGet("/metrics", (HttpContext context) =>
        {
            context.Response.ContentType = $"text/plain; charset={Charset}";
            return context.Response.WriteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"# TYPE {AgeMetric} gauge\n{AgeMetric}{{a=\"b\"}} {Age} 17\n"));
        });
    }

    public bool Ready { get; set; } = true;

    public bool Hangs { get; set; }

    public double Age { get; set; } = 0.25;

    public string Charset { get; set; } = "utf-8";

    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Address => _app.Urls.First();

    public static async Task<FakeNode> StartAsync()
    {
        var node = new FakeNode();
        await node._app.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
