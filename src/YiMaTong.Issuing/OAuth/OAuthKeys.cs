using System.Security.Cryptography;
using System.Text.Json;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.OAuth;

/// <summary>
/// The keys of the OAuth server: one seals tokens, one signs them, and one pair is what discovery publishes. They live
/// in a file so that tokens survive a restart.
/// </summary>
/// <param name="SealingKey">32 bytes, AES key wrap.</param>
/// <param name="SigningKey">64 bytes, HMAC-SHA512.</param>
/// <param name="PublishedKey">P-256 private key as PKCS#8.</param>
internal sealed record OAuthKeys(byte[] SealingKey, byte[] SigningKey, byte[] PublishedKey)
{
    private const int SealingKeyLength = 32;
    private const int SigningKeyLength = 64;

    /// <summary>Reads the file, or makes it where that is allowed.</summary>
    /// <exception cref="StartupException">The file is missing and may not be made, or is damaged.</exception>
    public static OAuthKeys Load(string path, bool createMissing)
    {
        if (!File.Exists(path))
        {
            if (!createMissing)
            {
                throw new StartupException(
                    $"{OAuthOptions.Section}:KeyFile: there is no such file, and Issuing:CreateMissingKeys is false "
                    + $"({path})");
            }

            Create(path);
        }

        return Read(path);
    }

    private static OAuthKeys Read(string path)
    {
        try
        {
            var keys = JsonSerializer.Deserialize<OAuthKeys>(File.ReadAllBytes(path));
            if (keys is
                {
                    SealingKey.Length: SealingKeyLength,
                    SigningKey.Length: SigningKeyLength,
                    PublishedKey.Length: > 0,
                })
            {
                return keys;
            }
        }
        catch (JsonException exception)
        {
            throw new StartupException(Damaged(path), exception);
        }

        throw new StartupException(Damaged(path));
    }

    private static void Create(string path)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = new OAuthKeys(
            RandomNumberGenerator.GetBytes(SealingKeyLength),
            RandomNumberGenerator.GetBytes(SigningKeyLength),
            pair.ExportPkcs8PrivateKey());
        var fullPath = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(fullPath)!);

        // Written beside and linked into place, so that a crash leaves no half file and a second process no second key.
        var temporary = $"{fullPath}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, keys);
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, fullPath, overwrite: false);
        }
        catch (IOException) when (File.Exists(fullPath))
        {
            // Another process was first; its keys are the ones to read.
            File.Delete(temporary);
        }
    }

    private static string Damaged(string path) =>
        $"{OAuthOptions.Section}:KeyFile: the file is not a key file of this service ({path})";
}
