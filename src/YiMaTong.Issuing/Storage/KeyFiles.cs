using System.Security.Cryptography;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Issuing.Storage;

/// <summary>Reads key files, and in demonstrations creates those that are missing.</summary>
internal static class KeyFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a file that holds 32 bytes in Base64.</summary>
    /// <exception cref="StorageUnavailableException">Missing, unreadable, or something else is in it.</exception>
    public static byte[] ReadKey(string setting, string path, bool createMissing)
    {
        var text = ReadText(setting, path, createMissing);
        var key = new byte[FieldSealer.KeySize];
        return text.Length == 44 && Convert.TryFromBase64String(text, key, out var length) && length == key.Length
            ? key
            : throw new StorageUnavailableException($"{setting}: {path} does not hold 32 bytes in Base64.");
    }

    /// <summary>Reads a file that holds one line, without the white space around it.</summary>
    /// <exception cref="StorageUnavailableException">Missing or unreadable.</exception>
    public static string ReadText(string setting, string path, bool createMissing)
    {
        try
        {
            if (createMissing && !File.Exists(path))
            {
                Create(path);
            }

            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StorageUnavailableException(
                $"{setting}: {path} does not exist. Create it (openssl rand -base64 32), or set "
                + "Issuing:CreateMissingKeys for a demonstration.",
                failure);
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            throw new StorageUnavailableException($"{setting}: {path} cannot be read or written.", failure);
        }
    }

    /// <summary>Creates a file that only its owner may read and write.</summary>
    /// <exception cref="IOException">It is there already, or its directory refuses it.</exception>
    public static FileStream OpenNew(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    private static void Create(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        using var writer = new StreamWriter(OpenNew(path));
        writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(FieldSealer.KeySize)));
    }
}
