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
        if (code != PyCodes.TooManyRequests.Code && code != PyCodes.Busy.Code)
        {
            return;
        }

        var http = context.GetHttpContext();
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
