using System.Text;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Storage;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Where emergency codes keep their files, and how they write them. Thread-safe.</summary>
internal sealed class EmergencyFolder
{
    private readonly string _root;

    public EmergencyFolder(IOptions<EmergencyOptions> emergency, IOptions<IssuingOptions> issuing)
    {
        var beside = Path.GetDirectoryName(Path.GetFullPath(issuing.Value.Database)) ?? ".";
        _root = emergency.Value.Folder.Length > 0
            ? Path.GetFullPath(emergency.Value.Folder)
            : Path.Combine(beside, "emergency");
        RootKey = emergency.Value.RootKeyFile.Length > 0 ? emergency.Value.RootKeyFile : Combine("root.key");
        if (RegionCode.TryParse(Encoding.UTF8.GetBytes(emergency.Value.Region), out var region))
        {
            Region = region;
        }
    }

    /// <summary>The root key's file.</summary>
    public string RootKey { get; }

    /// <summary>Where codes count.</summary>
    public RegionCode Region { get; }

    public string Combine(string name) => Path.Combine(_root, name);

    /// <summary>The files whose names fit a pattern.</summary>
    public IEnumerable<string> Find(string pattern) =>
        Directory.Exists(_root) ? Directory.EnumerateFiles(_root, pattern) : [];

    /// <summary>Writes or deletes a file, as <see cref="PutFile"/> is to.</summary>
    /// <exception cref="IOException">The disk refuses it; the old file stands.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder refuses it; the old file stands.</exception>
    public static void Put(string path, byte[]? content)
    {
        if (content is not null)
        {
            Write(path, content);
        }
        else if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>
    /// Writes a file whole or not at all: to a second one that only its owner may read, synced, then renamed. The name
    /// is synced too: a loss of power must not bring a revoked key back.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What it is to hold.</param>
    /// <param name="sync">Brings the folder's names to the disk; null for the ordinary way.</param>
    /// <exception cref="IOException">The disk refuses it; the old file stands, or may stand again after a loss of
    /// power.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder refuses it; the old file stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, SyncFolder? sync = null)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = KeyFiles.OpenNew(draft))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
        (sync ?? DurableFolder.Sync)(folder);
    }
}
