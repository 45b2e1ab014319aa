using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Load;

/// <summary>
/// Turns away what admission control refuses, in the form of the caller's protocol, before routing and without an
/// exception: what a refusal costs is taken from those who are served.
/// </summary>
internal sealed class AdmissionMiddleware(RequestDelegate next, IAdmissionControl control)
{
    public Task InvokeAsync(HttpContext context)
    {
        var admission = control.Judge(context);
        if (admission.Refused)
        {
            if (admission.Close)
            {
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            }

            return Listener.Of(context) == ListenerKind.Grpc
                ? GrpcRefusal.Write(context, admission.RetryAfterMs)
                : RestRefusal.WriteAsync(context, admission.RetryAfterMs);
        }

        return admission.Place == 0 ? next(context) : InvokeCountedAsync(context, admission.Place);
    }

    private async Task InvokeCountedAsync(HttpContext context, int place)
    {
        try
        {
            await next(context);
        }
        finally
        {
            control.Leave(place);
        }
    }
}
