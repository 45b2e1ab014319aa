using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace YiMaTong.Hosting.Direct;

/// <summary>
/// What the pipeline does for a REST call and who answers one directly has to do as well. Thread-safe.
/// </summary>
public sealed class DirectRest(IOptions<RateLimiterOptions> options)
{
    private readonly PartitionedRateLimiter<HttpContext>? _limiter = options.Value.GlobalLimiter;

    /// <summary>Counts a call to its address, as the pipeline's limiter does.</summary>
    /// <returns>False where the address has had its share: the pipeline is to refuse the call.</returns>
    public bool TryEnter(HttpContext context)
    {
        if (_limiter is null)
        {
            return true;
        }

        using var lease = _limiter.AttemptAcquire(context);
        return lease.IsAcquired;
    }

    /// <summary>Has the server's own metrics count the call to its route, as if it had been routed.</summary>
    /// <param name="context">The call.</param>
    /// <param name="route">The tag <c>http.route</c>, made once by the caller.</param>
    public static void Count(HttpContext context, in KeyValuePair<string, object?> route) =>
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(route);
}
