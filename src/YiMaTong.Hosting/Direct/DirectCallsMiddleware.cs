using Microsoft.AspNetCore.Http;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Direct;

/// <summary>Shows the calls of the gRPC listener to who answers some of them directly.</summary>
internal sealed class DirectCallsMiddleware(RequestDelegate next, IDirectCalls calls)
{
    public Task InvokeAsync(HttpContext context) =>
        Listener.Of(context) == ListenerKind.Grpc && calls.TryAnswer(context) is { } answered
            ? answered
            : next(context);
}
