namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>A key of the key set. Immutable and thread-safe.</summary>
public sealed class EmergencyKey
{
    /// <summary>Puts a key together.</summary>
    /// <param name="publicKey">The key.</param>
    /// <param name="notBefore">Second of the Unix epoch from which it signs.</param>
    /// <param name="notAfter">Last second of the Unix epoch at which what it signed counts; from notBefore on.</param>
    /// <param name="uses">What it may sign.</param>
    /// <param name="revoked">Whether all that it ever signed is void.</param>
    /// <exception cref="ArgumentException">The end lies before the beginning, or a use is unknown.</exception>
    public EmergencyKey(
        EmergencyPublicKey publicKey, uint notBefore, uint notAfter, EmergencyKeyUses uses, bool revoked = false)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        if (notAfter < notBefore || (uses & ~EmergencyKeyUses.All) != 0)
        {
            throw new ArgumentException("A key ends after it begins, and has uses that are known.", nameof(notAfter));
        }

        (PublicKey, NotBefore, NotAfter, Uses, Revoked) = (publicKey, notBefore, notAfter, uses, revoked);
    }

    /// <summary>The key itself.</summary>
    public EmergencyPublicKey PublicKey { get; }

    /// <summary>Second of the Unix epoch from which it signs.</summary>
    public uint NotBefore { get; }

    /// <summary>Last second of the Unix epoch at which what it signed counts.</summary>
    public uint NotAfter { get; }

    /// <summary>What it may sign.</summary>
    public EmergencyKeyUses Uses { get; }

    /// <summary>Whether all that it ever signed is void.</summary>
    public bool Revoked { get; }

    /// <summary>Whether a moment lies within its validity, give or take the skew.</summary>
    /// <param name="second">Second of the Unix epoch.</param>
    /// <param name="skewSeconds">Tolerance in seconds.</param>
    public bool IsValidAt(uint second, int skewSeconds) =>
        (long)second + skewSeconds >= NotBefore && (long)second - skewSeconds <= NotAfter;
}
