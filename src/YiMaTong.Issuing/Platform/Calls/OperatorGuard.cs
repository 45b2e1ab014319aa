using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// Knows operators by their token. It keeps and compares digests of equal length, so that neither the time of a
/// comparison nor a dump of memory tells the token. Thread-safe.
/// </summary>
internal sealed class OperatorGuard
{
    public const int TokenMinLength = 32;
    public const int TokenMaxLength = 512;

    private const string Scheme = "Bearer ";

    private readonly byte[] _digest;

    /// <summary>Takes the token.</summary>
    public OperatorGuard(string token) => _digest = Digest(token);

    /// <summary>Reads the token's file.</summary>
    /// <exception cref="StorageUnavailableException">No usable token is in it.</exception>
    public static OperatorGuard FromFile(string setting, string path, bool createMissing)
    {
        var token = KeyFiles.ReadText(setting, path, createMissing);
        return token.Length is >= TokenMinLength and <= TokenMaxLength && !token.Any(char.IsWhiteSpace)
            ? new OperatorGuard(token)
            : throw new StorageUnavailableException(
                $"{setting}: {path} must hold one token of {TokenMinLength} to {TokenMaxLength} characters.");
    }

    /// <summary>Whether the call carries "authorization: Bearer TOKEN", once, with the right token.</summary>
    public bool Allows(Metadata headers)
    {
        string? header = null;
        foreach (var entry in headers)
        {
            if (entry.Key != "authorization")
            {
                continue;
            }

            if (header is not null)
            {
                return false;
            }

            header = entry.Value;
        }

        // RFC 9110 has the scheme's name in any case.
        return header is not null
            && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Digest(header[Scheme.Length..]), _digest);
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
