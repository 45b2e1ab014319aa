using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace YiMaTong.Codes.Signing;

/// <summary>Reads RSA keys and says in English, for whoever registers one, what is wrong with it.</summary>
internal static class RsaKeys
{
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const int SizeMaxBits = 8192;

    // Far above any key within the limits; keeps a parser from chewing on megabytes.
    private const int TextMaxLength = 16 * 1024;

    internal static int SizeMinBits(SignatureProfile profile) => profile switch
    {
        SignatureProfile.RsaPssSha256 => 3072,
        SignatureProfile.Sha256WithRsa => 2048,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "Not a signature profile."),
    };

    internal static RSASignaturePadding Padding(SignatureProfile profile) => profile switch
    {
        // The platform salts with as many bytes as the hash has, 32, and verifies no other length.
        SignatureProfile.RsaPssSha256 => RSASignaturePadding.Pss,
        SignatureProfile.Sha256WithRsa => RSASignaturePadding.Pkcs1,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "Not a signature profile."),
    };

    internal static string NameOf(SignatureProfile profile) =>
        profile == SignatureProfile.RsaPssSha256 ? "RSA-PSS-SHA256" : "SHA256withRSA";

    /// <summary>Reads the one PEM block of a text: its label and its bytes.</summary>
    internal static string? ReadPem(ReadOnlySpan<char> pem, out string label, out byte[] der)
    {
        (label, der) = ("", []);
        var text = pem.Trim();
        if (text.Length > TextMaxLength)
        {
            return $"the text is longer than {TextMaxLength} characters";
        }

        if (!PemEncoding.TryFind(text, out var found))
        {
            return "not PEM: no block between BEGIN and END lines";
        }

        if (text[found.Location].Length != text.Length)
        {
            return "text beside the PEM block: send the key alone";
        }

        label = text[found.Label].ToString();
        der = new byte[found.DecodedDataLength];
        return Convert.TryFromBase64Chars(text[found.Base64Data], der, out _) ? null : "the PEM block is not Base64";
    }

    /// <summary>Reads a SubjectPublicKeyInfo; on success the caller owns the key.</summary>
    internal static string? ReadPublic(ReadOnlySpan<byte> der, out RSA? key)
    {
        key = null;
        var rsa = RSA.Create();
        try
        {
            var algorithm = PublicKey.CreateFromSubjectPublicKeyInfo(der, out var read).Oid.Value;
            if (algorithm != RsaOid)
            {
                return $"not an RSA key: its algorithm is {algorithm}";
            }

            if (read != der.Length)
            {
                return "bytes after the end of the key";
            }

            rsa.ImportSubjectPublicKeyInfo(der, out _);
            (key, rsa) = (rsa, null);
            return null;
        }
        catch (CryptographicException)
        {
            return StartsWithNumber(der)
                ? "a private key or a bare RSAPublicKey: send the public key as SubjectPublicKeyInfo"
                : "not a SubjectPublicKeyInfo, or not of a sound key";
        }
        finally
        {
            rsa?.Dispose();
        }
    }

    /// <summary>Checks size and exponent against the limits of a profile.</summary>
    internal static string? Check(RSA key, SignatureProfile profile)
    {
        var min = SizeMinBits(profile);
        if (key.KeySize < min || key.KeySize > SizeMaxBits)
        {
            return $"the key has {key.KeySize} bits: {NameOf(profile)} takes {min} to {SizeMaxBits}";
        }

        // A small exponent invites forgery, a long one makes each verification as dear as its owner likes.
        var exponent = key.ExportParameters(false).Exponent.AsSpan().TrimStart((byte)0);
        return exponent.Length is < 3 or > 8 || (exponent[^1] & 1) == 0
            ? "the public exponent is not an odd number from 65537 to 64 bits"
            : null;
    }

    // PKCS#1 and PKCS#8 structures open with a number, a SubjectPublicKeyInfo with a sequence.
    private static bool StartsWithNumber(ReadOnlySpan<byte> der)
    {
        try
        {
            var content = new AsnReader(der.ToArray(), AsnEncodingRules.BER).ReadSequence();
            return content.HasData && content.PeekTag() == Asn1Tag.Integer;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
