using System.Globalization;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Directory.Snapshots;

/// <summary>A snapshot file whose header is this node's.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Header">The header.</param>
public sealed record SnapshotFile(string Path, SnapshotHeader Header);

/// <summary>
/// The folder of a node's snapshot files. Invariants: a file gets its name only after it was written, synced to disk,
/// read back and found whole; two generations are kept, and a failed write leaves both as they were. Which file is the
/// newest is said by the sequence in its sealed header, never by a name or a time. Used by one caller at a time.
/// </summary>
public sealed class SnapshotFolder
{
    private const string Prefix = "snapshot-";
    private const string Suffix = ".ymt";
    private const string Temporary = "snapshot.tmp";
    private const int Generations = 2;

    private readonly string _folder;
    private readonly byte[] _nodeKey;
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);

    /// <summary>Uses a folder, which is made at the first write.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="nodeKey">The node's key, 32 bytes.</param>
    public SnapshotFolder(string folder, ReadOnlySpan<byte> nodeKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nodeKey.Length, SnapshotFormat.KeyBytes);
        _folder = Path.GetFullPath(folder);
        _nodeKey = nodeKey.ToArray();
    }

    /// <summary>Files whose header this node sealed, the newest first. Their content is yet to be checked.</summary>
    public IReadOnlyList<SnapshotFile> List()
    {
        var files = new List<SnapshotFile>();
        foreach (var path in Paths())
        {
            using var reader = SnapshotReader.TryOpen(path, _nodeKey);
            if (reader is not null)
            {
                files.Add(new(path, reader.Header));
            }
        }

        return [.. files.OrderByDescending(file => file.Header.Sequence)];
    }

    /// <summary>
    /// Hears that a file's content is damaged: it goes before one that is whole does. It stays until then, for the disk
    /// may have refused it once alone.
    /// </summary>
    public void Distrust(SnapshotFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _ = _damaged.Add(file.Path);
    }

    /// <summary>Opens a file; null where it is not this node's any more.</summary>
    public SnapshotReader? TryOpen(SnapshotFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return SnapshotReader.TryOpen(file.Path, _nodeKey);
    }

    /// <summary>Writes the next generation and lets go of those before the last.</summary>
    /// <param name="header">What the file says; its sequence is set here.</param>
    /// <param name="content">Writes the content.</param>
    /// <param name="pace">How fast to read it back; null for as fast as can be.</param>
    /// <returns>The header as written.</returns>
    /// <exception cref="IOException">It cannot be written, or does not read back; what was there stays.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder refuses it; what was there stays.</exception>
    public SnapshotHeader Write(SnapshotHeader header, Action<SnapshotWriter> content, WorkPace? pace = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(content);
        MakeFolder();
        var held = List();
        header = header with { Sequence = 1 + (held.Count > 0 ? held[0].Header.Sequence : 0) };
        var temporary = Path.Combine(_folder, Temporary);
        try
        {
            WriteFile(temporary, header, content);
            if (SnapshotReader.Verify(temporary, _nodeKey, pace) != header)
            {
                throw new IOException($"The snapshot {temporary} does not read back as it was written");
            }

            File.Move(temporary, PathOf(header.Sequence), overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        DurableFolder.Sync(_folder);
        Prune(held);
        return header;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next write starts it anew; the failure that led here is the one to tell.
        }
    }

    private void WriteFile(string path, SnapshotHeader header, Action<SnapshotWriter> content)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        using var writer = new SnapshotWriter(stream, _nodeKey, header);
        content(writer);
        writer.Finish();
        stream.Flush(flushToDisk: true);
    }

    // Only what is older than the generation before goes, what is damaged, and what is not a snapshot of this node.
    private void Prune(IReadOnlyList<SnapshotFile> held)
    {
        var kept = held.Select(file => file.Path).Where(path => !_damaged.Contains(path)).Take(Generations - 1)
            .ToHashSet(StringComparer.Ordinal);
        var newest = held.Count > 0 ? held[0].Header.Sequence + 1 : 1;
        kept.Add(PathOf(newest));
        foreach (var path in Paths().Where(path => !kept.Contains(path)))
        {
            TryDelete(path);
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(_folder);
        }
        else
        {
            System.IO.Directory.CreateDirectory(
                _folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string[] Paths() => System.IO.Directory.Exists(_folder)
        ? System.IO.Directory.GetFiles(_folder, Prefix + "*" + Suffix)
        : [];

    private string PathOf(ulong sequence) =>
        Path.Combine(_folder, Prefix + sequence.ToString(CultureInfo.InvariantCulture) + Suffix);
}
