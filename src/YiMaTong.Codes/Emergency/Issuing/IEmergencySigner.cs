namespace YiMaTong.Codes.Emergency.Issuing;

/// <summary>
/// Signs with a P-256 key that may live elsewhere, in a hardware module for example. Implementations are thread-safe.
/// </summary>
public interface IEmergencySigner
{
    /// <summary>Names the key.</summary>
    EmergencyKeyId KeyId { get; }

    /// <summary>Signs a hash with ECDSA.</summary>
    /// <param name="hash">SHA-256: 32 bytes.</param>
    /// <param name="signature">Room for 64 bytes: r and s, 32 bytes each, big-endian.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key's holder cannot sign.</exception>
    void SignHash(ReadOnlySpan<byte> hash, Span<byte> signature);
}
