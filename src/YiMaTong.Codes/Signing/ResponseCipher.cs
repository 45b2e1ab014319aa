namespace YiMaTong.Codes.Signing;

/// <summary>How answers of B.4 are sealed; the number is the sealed text's version byte. Frozen.</summary>
public enum ResponseCipher : byte
{
    /// <summary>AES-256-GCM with associated data.</summary>
    Aes256Gcm = 1,

    /// <summary>
    /// AES-256-CBC with PKCS#7 padding: the compatibility profile. It hides, but does not protect against change.
    /// </summary>
    Aes256Cbc = 2,
}
