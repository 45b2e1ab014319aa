using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using YiMaTong.Decode.Engine;

namespace YiMaTong.Decode.Claims;

/// <summary>
/// A scan's claim as the store keeps it. Nothing in it tells a code, a device or a person: the key is a digest of the
/// code's random number, and the scan's a digest of device and scan id under that number, which is not in the store.
/// </summary>
internal static class SharedScan
{
    private const int DigestBytes = 16;
    private const int DecisionAt = DigestBytes;
    private const int TimeAt = DecisionAt + 16;
    private const int NodeAt = TimeAt + sizeof(long);

    /// <summary>Digest of a code's random number, for its key.</summary>
    public static string KeyOf(UInt128 nonce)
    {
        Span<byte> text = stackalloc byte[5 + 16];
        "code:"u8.CopyTo(text);
        BinaryPrimitives.WriteUInt128LittleEndian(text[5..], nonce);
        return Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, DigestBytes));
    }

    /// <summary>Writes a claim: scan, decision, time, name of the node.</summary>
    public static byte[] Write(in CodeUse use, string macId, ReadOnlySpan<byte> scanId, UInt128 decision, byte[] node)
    {
        var value = new byte[NodeAt + node.Length];
        Scan(value, use.Nonce, macId, scanId);
        BinaryPrimitives.WriteUInt128LittleEndian(value.AsSpan(DecisionAt), decision);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(TimeAt), use.NowMs);
        node.CopyTo(value, NodeAt);
        return value;
    }

    /// <summary>Reads whose a held claim is.</summary>
    /// <param name="held">The value in the store.</param>
    /// <param name="own">What the caller would have written.</param>
    /// <param name="hasScanId">Whether the gate gave an id.</param>
    /// <param name="graceMs">How long a device without ids may repeat.</param>
    public static SharedClaim Read(byte[] held, byte[] own, bool hasScanId, long graceMs)
    {
        if (held.Length < NodeAt || !held.AsSpan(0, DigestBytes).SequenceEqual(own.AsSpan(0, DigestBytes)))
        {
            return new(SharedVerdict.Lost);
        }

        var apart = BinaryPrimitives.ReadInt64LittleEndian(own.AsSpan(TimeAt))
            - BinaryPrimitives.ReadInt64LittleEndian(held.AsSpan(TimeAt));
        return hasScanId || Math.Abs(apart) <= graceMs
            ? new(SharedVerdict.Won, BinaryPrimitives.ReadUInt128LittleEndian(held.AsSpan(DecisionAt)))
            : new(SharedVerdict.Lost);
    }

    private static void Scan(Span<byte> digest, UInt128 nonce, string macId, ReadOnlySpan<byte> scanId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[16 + sizeof(int)];
        BinaryPrimitives.WriteUInt128LittleEndian(head, nonce);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], macId.Length);
        hash.AppendData(head);
        hash.AppendData(Encoding.UTF8.GetBytes(macId));
        hash.AppendData(scanId);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        _ = hash.GetCurrentHash(whole);
        whole[..DigestBytes].CopyTo(digest);
    }
}
