using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Rest;

/// <summary>
/// Keeps the service from taking on more than it can do: beyond so many requests under way it answers 503. A request
/// takes its place once its body is here, so that clients who send theirs a byte at a time take none. Thread-safe.
/// </summary>
internal sealed class RestConcurrency(RequestDelegate next, IOptions<ListenersOptions> options)
{
    private readonly int _most = options.Value.MaxConcurrentRequests;
    private int _underWay;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _underWay) > _most)
            {
                await Refusal.Overloaded.RefuseAsync(context);
                return;
            }

            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
