using System.Security.Cryptography;

namespace YiMaTong.Codes.Emergency.Cose;

/// <summary>
/// The SHA-256 of what a COSE_Sign1's signature covers (RFC 9052 section 4.4): the context "Signature1", the protected
/// header, external data and the payload. The external data is a constant per kind of message, so that one kind never
/// passes for another. Allocates nothing for messages of a code's size. Thread-safe.
/// </summary>
internal static class SigStructure
{
    internal const int HashLength = SHA256.HashSizeInBytes;

    private const int StackMax = 512;
    private const int HeadMax = 9;

    /// <summary>Hashes.</summary>
    /// <param name="protectedBytes">The protected header, encoded.</param>
    /// <param name="externalData">The kind's constant.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="hash">Room for 32 bytes.</param>
    internal static void Hash(
        ReadOnlySpan<byte> protectedBytes,
        ReadOnlySpan<byte> externalData,
        ReadOnlySpan<byte> payload,
        Span<byte> hash)
    {
        // An array of four opens with the text "Signature1".
        ReadOnlySpan<byte> context = "\u0000\u0000Signature1"u8;
        var length = context.Length + HeadMax * 3 + protectedBytes.Length + externalData.Length;
        var whole = length + payload.Length <= StackMax;
        Span<byte> buffer = whole || length <= StackMax ? stackalloc byte[StackMax] : new byte[length];
        context.CopyTo(buffer);
        buffer[0] = 0x84;
        buffer[1] = 0x6A;
        var at = context.Length;
        at += WriteBytes(buffer[at..], protectedBytes);
        at += WriteBytes(buffer[at..], externalData);
        at += CborBuilder.WriteHead(buffer[at..], CborCursor.ByteString, (ulong)payload.Length);
        if (whole)
        {
            payload.CopyTo(buffer[at..]);
            SHA256.HashData(buffer[..(at + payload.Length)], hash);
            return;
        }

        using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        incremental.AppendData(buffer[..at]);
        incremental.AppendData(payload);
        incremental.GetHashAndReset(hash);
    }

    private static int WriteBytes(Span<byte> destination, ReadOnlySpan<byte> value)
    {
        var head = CborBuilder.WriteHead(destination, CborCursor.ByteString, (ulong)value.Length);
        value.CopyTo(destination[head..]);
        return head + value.Length;
    }
}
