using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Gate.Trust;

/// <summary>Reads the root keys that a gate is given. Thread-safe.</summary>
internal static class RootKeys
{
    private const string P256ObjectId = "1.2.840.10045.3.1.7";

    /// <summary>Reads one "PUBLIC KEY" block.</summary>
    /// <returns>False for anything else: another curve, a private key, no PEM.</returns>
    public static bool TryRead(string pem, [NotNullWhen(true)] out EmergencyPublicKey? key)
    {
        key = null;
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] is not "PUBLIC KEY")
        {
            return false;
        }

        try
        {
            using var read = ECDsa.Create();
            read.ImportFromPem(pem);
            var parameters = read.ExportParameters(includePrivateParameters: false);
            return parameters.Curve is { IsNamed: true, Oid.Value: P256ObjectId }
                && EmergencyPublicKey.TryCreate(parameters.Q.X, parameters.Q.Y, out key);
        }
        catch (Exception refused) when (refused is CryptographicException or ArgumentException)
        {
            // The platform tells a text that is no such key by an exception alone.
            return false;
        }
    }

    /// <summary>Reads all of them; the options were validated.</summary>
    public static IReadOnlyList<EmergencyPublicKey> Read(IEnumerable<string> pems) =>
        [.. pems.Select(pem => TryRead(pem, out var key) ? key : null).OfType<EmergencyPublicKey>()];
}
