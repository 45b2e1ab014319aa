using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Rest;

/// <summary>
/// Keeps one client from taking all of the service (429). Only REST: gates over gRPC have limits of their own.
/// </summary>
internal static class RestLimiter
{
    public static void Configure(RateLimiterOptions limiter, ListenersOptions settings)
    {
        if (settings.RequestsPerSecondPerAddress > 0)
        {
            limiter.GlobalLimiter = PerAddress(settings.RequestsPerSecondPerAddress);
        }

        limiter.OnRejected = async (rejected, _) =>
        {
            var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
                ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds))
                : 1;
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await Refusal.TooManyRequests.RefuseAsync(rejected.HttpContext);
        };
    }

    private static PartitionedRateLimiter<HttpContext> PerAddress(int perSecond) =>
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetTokenBucketLimiter(
            context.Connection.RemoteIpAddress ?? IPAddress.None, _ => Bucket(perSecond)));

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
}
