using System.Security.Cryptography;
using System.Text;

namespace YiMaTong.Conformance.Tests.Crypto;

/// <summary>How a merchant's answers are sealed.</summary>
internal enum ResponseCipher
{
    Aes256Gcm,
    Aes256Cbc,
}

/// <summary>The <c>response</c> of B.4, taken apart as the standard describes it.</summary>
internal sealed record SealedResponse(byte Version, byte KeyId, byte[] Iv, byte[] Ciphertext, byte[] Tag)
{
    /// <summary>Takes Base64 of version(1), keyId(1), iv(12 or 16), ciphertext and, with GCM, tag(16).</summary>
    public static SealedResponse Parse(string base64, ResponseCipher cipher)
    {
        var bytes = Convert.FromBase64String(base64);
        var ivLength = cipher == ResponseCipher.Aes256Gcm ? 12 : 16;
        var tagLength = cipher == ResponseCipher.Aes256Gcm ? 16 : 0;
        if (bytes.Length <= 2 + ivLength + tagLength)
        {
            throw new FormatException($"a sealed response of {bytes.Length} bytes holds no ciphertext");
        }

        return new(
            bytes[0],
            bytes[1],
            bytes[2..(2 + ivLength)],
            bytes[(2 + ivLength)..^tagLength],
            bytes[^tagLength..]);
    }

    /// <summary>Opens with AES-256-GCM; the tag is checked over <paramref name="associatedData"/>.</summary>
    public string OpenGcm(byte[] key, string associatedData)
    {
        var plaintext = new byte[Ciphertext.Length];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(Iv, Ciphertext, Tag, plaintext, Encoding.UTF8.GetBytes(associatedData));
        return Encoding.UTF8.GetString(plaintext);
    }

    /// <summary>Opens the compatibility profile.</summary>
    public string OpenCbc(byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return Encoding.UTF8.GetString(aes.DecryptCbc(Ciphertext, Iv, PaddingMode.PKCS7));
    }
}
