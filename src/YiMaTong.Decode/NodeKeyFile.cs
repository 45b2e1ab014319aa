using System.Security.Cryptography;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode;

/// <summary>A file with a key of this node: 32 bytes in Base64, readable by its owner alone.</summary>
internal static class NodeKeyFile
{
    private const int KeyBytes = 32;

    /// <summary>Reads the key, and makes it where the file is not there.</summary>
    /// <exception cref="IOException">The file cannot be read or made, or holds something else.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder refuses it.</exception>
    public static byte[] ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var length) && length == KeyBytes
            ? key
            : throw new IOException($"The key file {path} does not hold {KeyBytes} bytes in Base64");
    }

    // Under another name first: a full disk must not leave half a key behind.
    private static void Create(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            System.IO.Directory.CreateDirectory(folder);
        }

        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var temporary = path + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, options))
        {
            using var writer = new StreamWriter(file, leaveOpen: true);
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
        DurableFolder.SyncAround(path);
    }
}
