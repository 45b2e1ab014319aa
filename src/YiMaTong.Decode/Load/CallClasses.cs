using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Load;

/// <summary>Tells a call's class from its listener and path.</summary>
internal static class CallClasses
{
    private const string Decode = "/yimatong.decode.v1.";
    private const string Gates = "DecodeService/";
    private const string Opening = "DecodeService/OpenSession";
    private const string Stream = Decode + "DecodeService/DecodeStream";

    /// <summary>The class; signed calls count as strangers' until their connection speaks for them.</summary>
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
        return method.StartsWith(Gates) && !method.SequenceEqual(Opening) ? CallClass.Gate : CallClass.Stranger;
    }

    /// <summary>Whether the call is a stream that stays.</summary>
    public static bool IsStream(PathString path) => string.Equals(path.Value, Stream, StringComparison.Ordinal);
}
