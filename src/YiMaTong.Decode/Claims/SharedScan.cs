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
    private const int WriterAt = TimeAt + sizeof(long);

    // In the time's place, of a claim that waits for its device.
    private const long Waits = 0;

    /// <summary>Digest of a code's random number, for its key.</summary>
    public static string KeyOf(UInt128 nonce)
    {
        Span<byte> text = stackalloc byte[5 + 16];
        "code:"u8.CopyTo(text);
        BinaryPrimitives.WriteUInt128LittleEndian(text[5..], nonce);
        return Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, DigestBytes));
    }

    /// <summary>Writes a claim: scan, decision, time, and what tells it from every other.</summary>
    /// <param name="use">The use.</param>
    /// <param name="scanId">The gate's number of the scan.</param>
    /// <param name="decision">Number of the decision.</param>
    /// <param name="writer">The run of the node, the claim's number in it, the node's name.</param>
    public static byte[] Write(in CodeUse use, ReadOnlySpan<byte> scanId, UInt128 decision, ReadOnlySpan<byte> writer)
    {
        var value = new byte[WriterAt + writer.Length];
        Digest(value, use, scanId);
        BinaryPrimitives.WriteUInt128LittleEndian(value.AsSpan(DecisionAt), decision);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(TimeAt), use.NowMs);
        writer.CopyTo(value.AsSpan(WriterAt));
        return value;
    }

    /// <summary>What stands in place of a claim whose answers were all refused: it waits for its device.</summary>
    public static byte[] Waiting(byte[] held, in CodeUse use)
    {
        var value = (byte[])held.Clone();
        Digest(value, use, default);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(TimeAt), Waits);
        return value;
    }

    /// <summary>Whether a held claim was written by a run of a node.</summary>
    public static bool IsOf(byte[] held, ReadOnlySpan<byte> run) =>
        held.Length >= WriterAt && held.AsSpan(WriterAt).StartsWith(run);

    /// <summary>Reads whose a held claim is.</summary>
    /// <param name="held">The value in the store.</param>
    /// <param name="own">What the caller would have written; becomes what is to stand in its place, where the claim is
    /// the caller's.</param>
    /// <param name="use">The caller's use.</param>
    /// <param name="run">The caller's run: its memory knows more of what it claimed itself than the time tells.</param>
    /// <param name="graceMs">How long a device without ids may repeat.</param>
    public static SharedClaim Read(
        byte[] held, byte[] own, in CodeUse use, ReadOnlySpan<byte> run, long graceMs)
    {
        if (held.Length < WriterAt)
        {
            return new(SharedVerdict.Lost);
        }

        var at = BinaryPrimitives.ReadInt64LittleEndian(held.AsSpan(TimeAt));
        Span<byte> owner = stackalloc byte[DigestBytes];
        own.AsSpan(0, DigestBytes).CopyTo(owner);
        if (at == Waits)
        {
            Digest(owner, use, default);
        }

        var inTime = at == Waits || use.HasScanId || Math.Abs(use.NowMs - at) <= graceMs || IsOf(held, run);
        if (!inTime || !held.AsSpan(0, DigestBytes).SequenceEqual(owner))
        {
            return new(SharedVerdict.Lost);
        }

        held.AsSpan(DecisionAt, TimeAt - DecisionAt).CopyTo(own.AsSpan(DecisionAt));
        if (at != Waits)
        {
            held.AsSpan(TimeAt, WriterAt - TimeAt).CopyTo(own.AsSpan(TimeAt));
        }

        return new(SharedVerdict.Won, BinaryPrimitives.ReadUInt128LittleEndian(held.AsSpan(DecisionAt)));
    }

    private static void Digest(Span<byte> digest, in CodeUse use, ReadOnlySpan<byte> scanId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[16 + sizeof(int)];
        BinaryPrimitives.WriteUInt128LittleEndian(head, use.Nonce);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], use.MacId.Length);
        hash.AppendData(head);
        hash.AppendData(Encoding.UTF8.GetBytes(use.MacId));
        hash.AppendData(scanId);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        _ = hash.GetCurrentHash(whole);
        whole[..DigestBytes].CopyTo(digest);
    }
}
