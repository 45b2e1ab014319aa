namespace YiMaTong.Codes.Signing;

/// <summary>How a party signs requests (B.4, B.5). Numbers are stored and frozen. SHA-1 is never accepted.</summary>
public enum SignatureProfile : byte
{
    /// <summary>"RSA-PSS-SHA256", salt 32 bytes, key of 3072 to 8192 bits. What a new registration gets.</summary>
    RsaPssSha256 = 1,

    /// <summary>
    /// "SHA256withRSA", PKCS#1 v1.5, key of 2048 to 8192 bits. What the operator's Java clients speak.
    /// </summary>
    Sha256WithRsa = 2,
}
