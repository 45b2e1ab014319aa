using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace YiMaTong.Hosting.Health;

/// <summary>The admin port: <c>/livez</c>, <c>/readyz</c>, <c>/metrics</c> and nothing else.</summary>
internal static class AdminEndpoints
{
    /// <summary>Tag of the health checks that <c>/readyz</c> asks.</summary>
    public const string ReadyTag = "ready";

    public static void Map(IApplicationBuilder admin)
    {
        // By the whole path: given as a text it would take everything below it too.
        admin.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == "/metrics");
        admin.Run(context => context.Request.Path.Value switch
        {
            "/livez" => context.Response.WriteAsync("ok\n", context.RequestAborted),
            "/readyz" => ReadyAsync(context),
            _ => NotFound(context),
        });
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<Drain>().Stopping)
        {
            await AnswerAsync(context, ready: false, "stopping\n");
            return;
        }

        var health = context.RequestServices.GetRequiredService<HealthCheckService>();
        var report = await health.CheckHealthAsync(check => check.Tags.Contains(ReadyTag), context.RequestAborted);
        var lines = string.Concat(report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key}: {(entry.Value.Status == HealthStatus.Healthy ? "ok" : "not ready")}"
                + $"{(entry.Value.Description is { } text ? $" ({text})" : "")}\n"));
        await AnswerAsync(context, report.Status == HealthStatus.Healthy, lines.Length == 0 ? "ok\n" : lines);
    }

    private static Task AnswerAsync(HttpContext context, bool ready, string text)
    {
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
