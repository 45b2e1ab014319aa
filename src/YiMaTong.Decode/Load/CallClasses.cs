using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Load;

/// <summary>Tells a call's class from its listener and path.</summary>
internal static class CallClasses
{
    private const string Decode = "/yimatong.decode.v1.";
    private const string Gates = "DecodeService/";
    private const string Opening = "DecodeService/OpenSession";
    private const string Stream = Decode + "DecodeService/DecodeStream";

    /// <summary>
    /// The class. B.4 counts as a stranger's until its connection speaks for it. Gates without a session, as all are
    /// after a restart, count as known: their signatures are rationed by <see cref="SignatureGuard"/>, and without
    /// sessions the node would serve nobody.
    /// </summary>
    public static CallClass Of(HttpContext context)
    {
        switch (Listener.Of(context))
        {
            case ListenerKind.Rest:
                return CallClass.Stranger;
            case ListenerKind.Grpc:
                break;
            default:
                return CallClass.Free;
        }

        var path = context.Request.Path.Value;
        if (path is null || !path.StartsWith(Decode, StringComparison.Ordinal))
        {
            return CallClass.Free;
        }

        var method = path.AsSpan(Decode.Length);
        return method.SequenceEqual(Opening) ? CallClass.Known
            : method.StartsWith(Gates) ? CallClass.Gate
            : CallClass.Stranger;
    }

    /// <summary>Whether the call is a stream that stays.</summary>
    public static bool IsStream(PathString path) => string.Equals(path.Value, Stream, StringComparison.Ordinal);
}
