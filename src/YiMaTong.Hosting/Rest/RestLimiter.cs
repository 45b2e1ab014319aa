using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Rest;

/// <summary>
/// Keeps one client from taking all of the service (429) and the service from taking on more than it can do (503). Only
/// REST: gates over gRPC have limits of their own.
/// </summary>
internal static class RestLimiter
{
    public static void Configure(RateLimiterOptions limiter, ListenersOptions settings)
    {
        limiter.GlobalLimiter = settings.RequestsPerSecondPerAddress == 0
            ? Concurrency(settings)
            : PartitionedRateLimiter.CreateChained(PerAddress(settings), Concurrency(settings));
        limiter.OnRejected = async (rejected, _) =>
        {
            // Only the limiter by address knows when to come back; the other one refuses for want of room.
            var refusal = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
                ? Refusal.TooManyRequests
                : Refusal.Overloaded;
            var seconds = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds));
            rejected.HttpContext.Response.Headers.RetryAfter =
                seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await refusal.RefuseAsync(rejected.HttpContext);
        };
    }

    private static PartitionedRateLimiter<HttpContext> PerAddress(ListenersOptions settings) =>
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => Applies(context)
            ? RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress ?? IPAddress.None,
                _ => Bucket(settings.RequestsPerSecondPerAddress))
            : RateLimitPartition.GetNoLimiter(IPAddress.None));

    // Tenths of a second make the flow even; a limit that has no whole tenth is filled up once a second.
    private static TokenBucketRateLimiterOptions Bucket(int perSecond)
    {
        var periods = perSecond % 10 == 0 ? 10 : 1;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perSecond / periods,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / periods),
            QueueLimit = 0,
        };
    }

    private static PartitionedRateLimiter<HttpContext> Concurrency(ListenersOptions settings) =>
        PartitionedRateLimiter.Create<HttpContext, bool>(context => Applies(context)
            ? RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = settings.MaxConcurrentRequests,
                QueueLimit = 0,
            })
            : RateLimitPartition.GetNoLimiter(false));

    private static bool Applies(HttpContext context) => Listener.Of(context) == ListenerKind.Rest;
}
