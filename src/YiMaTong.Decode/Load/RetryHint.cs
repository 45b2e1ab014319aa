using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Load;

/// <summary>Tells a caller that was refused by its handler when to come again, beside the answer's code.</summary>
internal static class RetryHint
{
    /// <summary>Marks the answer where its code is one for which waiting helps.</summary>
    public static void Mark(ServerCallContext context, string code)
    {
        if (IsHelped(code))
        {
            Mark(context.GetHttpContext());
        }
    }

    /// <summary>As above, for an answer without a call of gRPC.</summary>
    public static void Mark(HttpContext http, string code)
    {
        if (IsHelped(code))
        {
            Mark(http);
        }
    }

    private static bool IsHelped(string code) =>
        code == PyCodes.TooManyRequests.Code || code == PyCodes.Busy.Code;

    private static void Mark(HttpContext http)
    {
        if (Listener.Of(http) == ListenerKind.Rest)
        {
            http.Response.Headers.RetryAfter = "1";
        }
        else
        {
            http.Response.Headers["retry-after-ms"] = "1000";
        }
    }
}
