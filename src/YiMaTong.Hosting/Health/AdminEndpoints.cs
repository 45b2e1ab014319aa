using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace YiMaTong.Hosting.Health;

/// <summary>
/// The admin port: <c>/livez</c>, <c>/readyz</c>, <c>/metrics</c>, the services' actions and nothing else.
/// </summary>
internal static class AdminEndpoints
{
    /// <summary>Tag of the health checks that <c>/readyz</c> asks.</summary>
    public const string ReadyTag = "ready";

    private const int MaxActionBytes = 4096;

    public static void Map(IApplicationBuilder admin)
    {
        // By the whole path: given as a text it would take everything below it too.
        admin.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == "/metrics");
        admin.Run(context => context.Request.Path.Value switch
        {
            "/livez" => context.Response.WriteAsync("ok\n", context.RequestAborted),
            "/readyz" => ReadyAsync(context),
            var path => context.RequestServices.GetServices<IAdminAction>().FirstOrDefault(a => a.Path == path)
                is { } action ? ActAsync(context, action) : NotFound(context),
        });
    }

    private static async Task ActAsync(HttpContext context, IAdminAction action)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (!context.Request.HasJsonContentType())
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var body = new byte[MaxActionBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(
            body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        var (status, text) = length > MaxActionBytes
            ? (StatusCodes.Status413PayloadTooLarge, "too long")
            : action.Invoke(body.AsSpan(0, length));
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
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
