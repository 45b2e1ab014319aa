namespace YiMaTong.Codes.Signing;

/// <summary>How a party signs requests.</summary>
public enum SignatureProfile : byte
{
    /// <summary>"RSA-PSS-SHA256", salt 32 bytes, key of 3072 bits or more.</summary>
    RsaPssSha256 = 1,

    /// <summary>"SHA256withRSA", PKCS#1 v1.5, key of 2048 bits or more.</summary>
    Sha256WithRsa = 2,
}

/// <summary>The text that a request's signature covers: non-empty fields but sign, by ordinal name, k=v joined with &amp;.</summary>
public static class CanonicalFields
{
    /// <summary>Builds the UTF-8 bytes to sign or verify.</summary>
    public static byte[] ToBytes(params ReadOnlySpan<(string Name, string Value)> fields) => throw new NotImplementedException();
}

/// <summary>A party's public key in its profile. Thread-safe.</summary>
public sealed class SignatureVerifier : IDisposable
{
    /// <summary>Reads PEM; false with an English reason that names what is wrong (not RSA, too short, private key).</summary>
    public static bool TryCreate(SignatureProfile profile, ReadOnlySpan<char> publicKeyPem, out SignatureVerifier? verifier, out string? error) =>
        throw new NotImplementedException();

    /// <summary>Reads DER (SubjectPublicKeyInfo).</summary>
    public static bool TryCreate(SignatureProfile profile, ReadOnlySpan<byte> publicKeyDer, out SignatureVerifier? verifier, out string? error) =>
        throw new NotImplementedException();

    /// <summary>The key as DER (SubjectPublicKeyInfo).</summary>
    public byte[] ExportDer() => throw new NotImplementedException();

    /// <summary>Length in bytes that a signature must have.</summary>
    public int SignatureLength => throw new NotImplementedException();

    /// <summary>Verifies; false for any signature that does not hold, never an exception.</summary>
    public bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) => throw new NotImplementedException();

    /// <inheritdoc />
    public void Dispose() { }
}

/// <summary>How answers of B.4 are sealed.</summary>
public enum ResponseCipher : byte
{
    /// <summary>AES-256-GCM with associated data.</summary>
    Aes256Gcm = 1,

    /// <summary>AES-256-CBC with PKCS#7 padding: the compatibility profile.</summary>
    Aes256Cbc = 2,
}

/// <summary>Seals and opens B.4's response. Thread-safe.</summary>
public sealed class ResponseSealer : IDisposable
{
    /// <summary>Takes a copy of the 32-byte key.</summary>
    public ResponseSealer(ResponseCipher cipher, byte keyId, ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <summary>Seals to Base64.</summary>
    public string Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData) => throw new NotImplementedException();

    /// <summary>Opens; false when the seal does not hold.</summary>
    public bool TryOpen(string sealedText, ReadOnlySpan<byte> associatedData, out byte[] plaintext) => throw new NotImplementedException();

    /// <summary>The associated data of B.4: merchantId|macId|time.</summary>
    public static byte[] AssociatedData(string merchantId, string macId, string time) => throw new NotImplementedException();

    /// <inheritdoc />
    public void Dispose() { }
}
