using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using YiMaTong.Codes.Pooling;

namespace YiMaTong.Codes.Signing;

/// <summary>
/// A party's private key in its profile: the other side of <see cref="SignatureVerifier"/>, for gates and channels.
/// Thread-safe. Disposing frees the native keys early.
/// </summary>
public sealed class RequestSigner : IDisposable
{
    private readonly RSASignaturePadding _padding;
    private readonly BoundedPool<RSA> _keys;
    private readonly string _publicKeyPem;

    private RequestSigner(SignatureProfile profile, RSA key, byte[] pkcs8)
    {
        Profile = profile;
        _padding = RsaKeys.Padding(profile);
        _publicKeyPem = key.ExportSubjectPublicKeyInfoPem();
        _keys = new BoundedPool<RSA>(() => Import(pkcs8));
        _keys.Return(key);
    }

    /// <summary>The profile that signatures get.</summary>
    public SignatureProfile Profile { get; }

    /// <summary>Reads PEM ("PRIVATE KEY" or "RSA PRIVATE KEY", unencrypted); false with an English reason.</summary>
    /// <param name="profile">The profile that signatures get; the key's limits are those of the verifier.</param>
    /// <param name="privateKeyPem">One PEM block and nothing else but white space.</param>
    /// <param name="signer">The signer, owned by the caller.</param>
    /// <param name="error">What is wrong. Never shows key material.</param>
    public static bool TryCreate(
        SignatureProfile profile,
        ReadOnlySpan<char> privateKeyPem,
        [NotNullWhen(true)] out RequestSigner? signer,
        [NotNullWhen(false)] out string? error)
    {
        signer = null;
        error = RsaKeys.ReadPem(privateKeyPem, out var label, out var der);
        if (error is not null)
        {
            return false;
        }

        var key = RSA.Create();
        try
        {
            error = Import(key, label, der) ?? RsaKeys.Check(key, profile);
            if (error is not null)
            {
                return false;
            }

            signer = new RequestSigner(profile, key, key.ExportPkcs8PrivateKey());
            key = null;
            return true;
        }
        catch (CryptographicException)
        {
            error = $"the {label} is not an RSA key";
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            key?.Dispose();
        }
    }

    /// <summary>The public half as PEM, for registration.</summary>
    public string ExportPublicKeyPem() => _publicKeyPem;

    /// <summary>Signs bytes; Base64.</summary>
    /// <param name="content">The bytes to sign.</param>
    public string Sign(ReadOnlySpan<byte> content)
    {
        using var key = new Lease<RSA>(_keys);
        return Convert.ToBase64String(key.Item.SignData(content, HashAlgorithmName.SHA256, _padding));
    }

    /// <summary>Signs fields as <see cref="CanonicalFields"/> lays them out; Base64.</summary>
    /// <param name="fields">Names and values in any order.</param>
    public string SignFields(params ReadOnlySpan<(string Name, string Value)> fields) =>
        Sign(CanonicalFields.ToBytes(fields));

    /// <inheritdoc />
    public void Dispose() => _keys.Close();

    private static string? Import(RSA key, string label, byte[] der)
    {
        switch (label)
        {
            case "PRIVATE KEY":
                key.ImportPkcs8PrivateKey(der, out _);
                return null;
            case "RSA PRIVATE KEY":
                key.ImportRSAPrivateKey(der, out _);
                return null;
            default:
                return $"the PEM block holds a {label}: give a PRIVATE KEY or RSA PRIVATE KEY, unencrypted";
        }
    }

    private static RSA Import(byte[] pkcs8)
    {
        var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }
}
