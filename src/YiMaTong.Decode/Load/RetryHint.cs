using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Hosting.Load;

namespace YiMaTong.Decode.Load;

/// <summary>Tells a caller that was refused by its handler when to come again, beside the answer's code.</summary>
internal static class RetryHint
{
    // 600 to 1,600 ms: what makes a node answer PY1998 (its disk, the shared store, a full memory) lasts for a second
    // rather than for a moment, and has nothing to do with the load that admission control measures.
    private const int BusyFirst = 7;

    private static uint _told;

    /// <summary>Milliseconds after PY1998, spread so that refused gates do not all come again at once.</summary>
    public static uint BusyMs() =>
        (uint)RetryWaits.Milliseconds[BusyFirst + (int)(Interlocked.Increment(ref _told) & 3)];

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
