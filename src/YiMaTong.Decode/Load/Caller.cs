using Grpc.Core;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Load;

/// <summary>Who sends a signed request, as far as that is known before its signature.</summary>
/// <param name="Network">
/// The address: an IPv4 address, or the /64 of an IPv6 address, of which one host has all.
/// </param>
/// <param name="Connection">The connection's trust; null where it is not known.</param>
internal readonly record struct Caller(ulong Network, ConnectionTrust? Connection)
{
    /// <summary>The caller of a gRPC or transcoded call.</summary>
    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());

    /// <summary>The caller of an HTTP request.</summary>
    public static Caller Of(HttpContext http) =>
        new(PeerNetwork.Of(http.Connection.RemoteIpAddress), ConnectionTrust.Of(http));
}
