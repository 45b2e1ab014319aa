using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
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
    public static Caller Of(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        return new(NetworkOf(http.Connection.RemoteIpAddress), ConnectionTrust.Of(http));
    }

    /// <summary>The number that stands for an address; 0 for none.</summary>
    public static ulong NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : address.IsIPv4MappedToIPv6 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
