using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Load;

namespace YiMaTong.Hosting.Listeners;

/// <summary>
/// Keeps each listener to its own: gRPC methods on the gRPC port, everything else on the REST port. Without it a REST
/// route would answer by h2c as well, past the limits of REST. Runs after routing. Thread-safe.
/// </summary>
internal sealed class ListenerBoundary(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var grpc = context.GetEndpoint() is { } endpoint
            && endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
            && endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is null;
        var type = context.Request.ContentType;
        var asksGrpc = type is not null && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);
        if (Listener.Of(context) == ListenerKind.Grpc)
        {
            return !asksGrpc ? Refusal.UnknownRoute.RefuseAsync(context)
                : grpc ? next(context)
                : GrpcRefusal.WriteUnimplemented(context);
        }

        return asksGrpc ? Refusal.GrpcElsewhere.RefuseAsync(context)
            : grpc ? Refusal.UnknownRoute.RefuseAsync(context)
            : next(context);
    }
}
