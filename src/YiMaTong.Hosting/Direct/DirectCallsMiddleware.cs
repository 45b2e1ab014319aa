using Microsoft.AspNetCore.Http;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Direct;

/// <summary>Shows the calls of a listener to who answers some of them directly.</summary>
internal sealed class DirectCallsMiddleware(RequestDelegate next, IEnumerable<IDirectCalls> calls)
{
    private readonly IDirectCalls? _grpc = calls.SingleOrDefault(some => some.Listener == ListenerKind.Grpc);
    private readonly IDirectCalls? _rest = calls.SingleOrDefault(some => some.Listener == ListenerKind.Rest);

    public Task InvokeAsync(HttpContext context)
    {
        var direct = Listener.Of(context) switch
        {
            ListenerKind.Grpc => _grpc,
            ListenerKind.Rest => _rest,
            _ => null,
        };
        return direct?.TryAnswer(context) ?? next(context);
    }
}
