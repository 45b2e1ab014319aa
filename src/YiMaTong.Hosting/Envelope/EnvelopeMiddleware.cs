using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Envelope;

/// <summary>Sees to it that every REST answer is the standard's envelope, errors included.</summary>
internal sealed class EnvelopeMiddleware(
    RequestDelegate next, IOptions<EnvelopeOptions> options, IEnumerable<IDegradationJudge> judges,
    ILogger<EnvelopeMiddleware> logger)
{
    private readonly PathString[] _exempt = [.. options.Value.ExemptPrefixes.Select(prefix => new PathString(prefix))];

    public Task InvokeAsync(HttpContext context)
    {
        if (IsGrpc(context))
        {
            return next(context);
        }

        return IsExempt(context.Request.Path) ? InvokeExemptAsync(context) : InvokeInEnvelopeAsync(context);
    }

    // The REST port does not speak gRPC: there a content type alone buys no way around the envelope.
    private static bool IsGrpc(HttpContext context) =>
        Listener.Of(context) == ListenerKind.Grpc
        && context.Request.ContentType is { } type
        && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    private bool IsExempt(PathString path)
    {
        foreach (var prefix in _exempt)
        {
            if (path.StartsWithSegments(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private async Task InvokeExemptAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception unexpected) when (
            !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested
            && unexpected is not BadHttpRequestException)
        {
            await OAuthFailure.WriteAsync(context, StatusFor(unexpected));
        }
    }

    private async Task InvokeInEnvelopeAsync(HttpContext context)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var filter = new ErrorBodyFilter(context.Response, body);
        context.Features.Set<IHttpResponseBodyFeature>(filter);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
            return;
        }
        catch (BadHttpRequestException refused)
        {
            context.Response.StatusCode = refused.StatusCode;
        }
        catch (Exception unexpected) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusFor(unexpected);
        }
        finally
        {
            context.Features.Set(body);
        }

        if (context.Response.StatusCode >= 400 && !context.Response.HasStarted)
        {
            await (filter.Refusal ?? Refusal.ForStatus(context.Response.StatusCode)).WriteAsync(context);
        }
    }

    private int StatusFor(Exception unexpected)
    {
        if (judges.Explain(unexpected) is { } reason)
        {
            HostingLog.RequestDegraded(logger, reason);
            return StatusCodes.Status503ServiceUnavailable;
        }

        HostingLog.RequestFailed(logger, unexpected);
        return StatusCodes.Status500InternalServerError;
    }
}
