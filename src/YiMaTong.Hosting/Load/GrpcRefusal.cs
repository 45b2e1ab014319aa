using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace YiMaTong.Hosting.Load;

/// <summary>
/// Refusals of gRPC calls that no handler saw: status and details in the headers with no body ("Trailers-Only" in the
/// protocol), which is one frame.
/// </summary>
internal static class GrpcRefusal
{
    private static readonly StringValues GrpcType = "application/grpc";
    private static readonly StringValues Exhausted = "8";
    private static readonly StringValues Unimplemented = "12";
    private static readonly StringValues ExhaustedMessage = RetryAfter.Message;
    private static readonly StringValues NoMethod = "there is no such method on this port";

    /// <summary>Answers RESOURCE_EXHAUSTED with when to come again.</summary>
    public static Task Write(HttpContext context, int retryAfterMs)
    {
        var wait = RetryAfter.Of(retryAfterMs);
        var headers = context.Response.Headers;
        headers.ContentType = GrpcType;
        headers.GrpcStatus = Exhausted;
        headers.GrpcMessage = ExhaustedMessage;
        headers["retry-after-ms"] = wait.Milliseconds;
        // What retry policies of gRPC's own libraries obey (gRFC A6).
        headers["grpc-retry-pushback-ms"] = wait.Milliseconds;
        headers["grpc-status-details-bin"] = wait.Details;
        return Task.CompletedTask;
    }

    /// <summary>Answers UNIMPLEMENTED.</summary>
    public static Task WriteUnimplemented(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentType = GrpcType;
        headers.GrpcStatus = Unimplemented;
        headers.GrpcMessage = NoMethod;
        return Task.CompletedTask;
    }
}
