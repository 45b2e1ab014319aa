using System.Buffers.Binary;
using System.Security.Cryptography;

namespace YiMaTong.Decode.Requests;

/// <summary>Digests under which signed requests are remembered. Thread-safe.</summary>
internal static class RequestKey
{
    /// <summary>
    /// First half of SHA-256: of what a request signed, which names its merchant, or of its signature. Two requests
    /// with the same content have the same key, however often they are signed.
    /// </summary>
    public static UInt128 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
