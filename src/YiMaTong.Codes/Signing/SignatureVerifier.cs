using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using YiMaTong.Codes.Pooling;
using YiMaTong.Codes.Text;

namespace YiMaTong.Codes.Signing;

/// <summary>
/// A party's public key in its profile. Thread-safe, and threads verify at the same time: each call has a native key to
/// itself. Disposing frees the native keys early; a call in flight or later still answers rightly.
/// </summary>
public sealed class SignatureVerifier : IDisposable
{
    private readonly RSASignaturePadding _padding;
    private readonly byte[] _der;
    private readonly BoundedPool<RSA> _keys;

    private SignatureVerifier(SignatureProfile profile, RSA key)
    {
        Profile = profile;
        _padding = RsaKeys.Padding(profile);
        _der = key.ExportSubjectPublicKeyInfo();
        SignatureLength = (key.KeySize + 7) / 8;
        _keys = new BoundedPool<RSA>(Import);
        _keys.Return(key);
    }

    /// <summary>The profile that signatures must have.</summary>
    public SignatureProfile Profile { get; }

    /// <summary>Length in bytes that a signature must have: 256 to 1024.</summary>
    public int SignatureLength { get; }

    /// <summary>Reads PEM ("PUBLIC KEY"); false with an English reason that names what is wrong.</summary>
    /// <param name="profile">The profile that signatures must have.</param>
    /// <param name="publicKeyPem">One PEM block and nothing else but white space.</param>
    /// <param name="verifier">The verifier, owned by the caller.</param>
    /// <param name="error">What is wrong: not PEM, a private key, not RSA, too short. Never shows key material.</param>
    public static bool TryCreate(
        SignatureProfile profile,
        ReadOnlySpan<char> publicKeyPem,
        [NotNullWhen(true)] out SignatureVerifier? verifier,
        [NotNullWhen(false)] out string? error)
    {
        verifier = null;
        error = publicKeyPem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
            ? "a private key: keep it secret and send the public key"
            : null;
        if (error is not null)
        {
            return false;
        }

        error = RsaKeys.ReadPem(publicKeyPem, out var label, out var der);
        if (error is null && label != "PUBLIC KEY")
        {
            error = $"the PEM block holds a {label}: send a PUBLIC KEY (SubjectPublicKeyInfo)";
        }

        return error is null && TryCreate(profile, der, out verifier, out error);
    }

    /// <summary>Reads DER (SubjectPublicKeyInfo); false with an English reason that names what is wrong.</summary>
    /// <param name="profile">The profile that signatures must have.</param>
    /// <param name="publicKeyDer">One SubjectPublicKeyInfo and nothing behind it.</param>
    /// <param name="verifier">The verifier, owned by the caller.</param>
    /// <param name="error">What is wrong. Never shows key material.</param>
    public static bool TryCreate(
        SignatureProfile profile,
        ReadOnlySpan<byte> publicKeyDer,
        [NotNullWhen(true)] out SignatureVerifier? verifier,
        [NotNullWhen(false)] out string? error)
    {
        verifier = null;
        error = RsaKeys.ReadPublic(publicKeyDer, out var key);
        if (key is null)
        {
            error ??= "not a key";
            return false;
        }

        error = RsaKeys.Check(key, profile);
        if (error is not null)
        {
            key.Dispose();
            return false;
        }

        verifier = new SignatureVerifier(profile, key);
        return true;
    }

    /// <summary>A copy of the key as DER (SubjectPublicKeyInfo).</summary>
    public byte[] ExportDer() => (byte[])_der.Clone();

    /// <summary>Verifies; false for any signature that does not hold, never an exception.</summary>
    /// <param name="content">The bytes that were signed, see <see cref="CanonicalFields"/>.</param>
    /// <param name="signature">The signature; any bytes of any length.</param>
    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        using var key = new Lease<RSA>(_keys);
        try
        {
            return key.Item.VerifyData(content, signature, HashAlgorithmName.SHA256, _padding);
        }
        catch (CryptographicException)
        {
            // Some platforms report a number above the modulus as an error; it is a signature that does not hold.
            return false;
        }
    }

    /// <summary>Verifies a signature in canonical Base64; a wrong length is refused before any decoding.</summary>
    /// <param name="content">The bytes that were signed.</param>
    /// <param name="signatureBase64">The signature as sent; any text.</param>
    public bool VerifyBase64(ReadOnlySpan<byte> content, ReadOnlySpan<char> signatureBase64)
    {
        if (StrictBase64.DecodedLength(signatureBase64) != SignatureLength)
        {
            return false;
        }

        Span<byte> signature = stackalloc byte[SignatureLength];
        return StrictBase64.TryDecode(signatureBase64, signature, out _) && Verify(content, signature);
    }

    /// <inheritdoc />
    public void Dispose() => _keys.Close();

    private RSA Import()
    {
        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(_der, out _);
        return key;
    }
}
