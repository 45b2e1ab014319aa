using System.Buffers.Binary;
using System.Security.Cryptography;
using YiMaTong.Codes.Signing;

namespace YiMaTong.Decode.Registry;

/// <summary>
/// A merchant's public keys: one, or two while it changes them, of which either may have signed. Immutable.
/// Thread-safe.
/// </summary>
/// <param name="first">The key.</param>
/// <param name="next">The key that follows it; null for none.</param>
internal sealed class MerchantKeys(SignatureVerifier first, SignatureVerifier? next)
{
    private readonly UInt128 _first = IdOf(first.ExportDer());
    private readonly UInt128? _next = next is null ? null : IdOf(next.ExportDer());

    /// <summary>Length in bytes of the longest signature.</summary>
    public int SignatureLengthMax => Math.Max(first.SignatureLength, next?.SignatureLength ?? 0);

    /// <summary>By what a key is known: the first half of the SHA-256 of its DER (SubjectPublicKeyInfo).</summary>
    public static UInt128 IdOf(ReadOnlySpan<byte> der)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(der, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Whether a signature of this length can be one of these keys'.</summary>
    public bool Takes(int signatureLength) =>
        signatureLength == first.SignatureLength || signatureLength == next?.SignatureLength;

    /// <summary>Whether a key is one of these.</summary>
    public bool Holds(UInt128 key) => key == _first || key == _next;

    /// <summary>Verifies a signature; costs a second verification where the first key did not make it.</summary>
    /// <param name="content">What was signed.</param>
    /// <param name="signature">The signature; any bytes of any length.</param>
    /// <param name="key">The key that made it, on success.</param>
    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature, out UInt128 key)
    {
        var byFirst = first.Verify(content, signature);
        key = byFirst ? _first : _next.GetValueOrDefault();
        return byFirst || next?.Verify(content, signature) == true;
    }
}
