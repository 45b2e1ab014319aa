using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace YiMaTong.Hosting.Listeners;

/// <summary>Addresses as limits count them: an IPv4 address, or the /64 of IPv6, of which one host has all.</summary>
public static class PeerNetwork
{
    /// <summary>The number that stands for an address; 0 for none. Thread-safe; allocates nothing.</summary>
    public static ulong Of(IPAddress? address)
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
