using System.Security.Cryptography;
using System.Text;

namespace YiMaTong.Conformance.Tests.Crypto;

/// <summary>How a merchant signs, under the names that the standard's profiles have.</summary>
internal enum SignatureProfile
{
    /// <summary>RSA-PSS with SHA-256 and a salt of 32 bytes.</summary>
    RsaPssSha256,

    /// <summary>PKCS#1 v1.5 with SHA-256.</summary>
    Sha256WithRsa,
}

/// <summary>
/// Signs requests as B.4 asks: written from the standard alone, so that it can disagree with the product.
/// </summary>
internal static class RequestSigner
{
    public static SignatureProfile ParseProfile(string name) => name switch
    {
        "RSA-PSS-SHA256" => SignatureProfile.RsaPssSha256,
        "SHA256withRSA" => SignatureProfile.Sha256WithRsa,
        _ => throw new ArgumentException($"no such signature profile: {name}", nameof(name)),
    };

    /// <summary>
    /// The text that is signed: non-empty fields but <c>sign</c>, by ordinal name, k=v joined with &amp;.
    /// </summary>
    public static string Canonical(IEnumerable<KeyValuePair<string, string>> fields) => string.Join('&', fields
        .Where(field => field.Key != "sign" && field.Value.Length > 0)
        .OrderBy(field => field.Key, StringComparer.Ordinal)
        .Select(field => $"{field.Key}={field.Value}"));

    public static string Sign(RSA key, SignatureProfile profile, string text) => Sign(
        key,
        profile == SignatureProfile.RsaPssSha256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1,
        HashAlgorithmName.SHA256,
        text);

    public static string Sign(RSA key, RSASignaturePadding padding, HashAlgorithmName hash, string text) =>
        Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(text), hash, padding));
}
