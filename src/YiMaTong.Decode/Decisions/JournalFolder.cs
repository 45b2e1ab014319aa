using System.Globalization;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Decisions;

/// <summary>A file of a journal. Its name says whose it is and where it begins, and sorts by age.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="StartedMs">Milliseconds of the Unix epoch at which the journal began.</param>
/// <param name="Journal">Identity of the journal.</param>
/// <param name="FirstSequence">Sequence of its first record.</param>
internal sealed record Segment(string Path, long StartedMs, Guid Journal, long FirstSequence)
{
    /// <summary>End of the names of segments.</summary>
    public const string Extension = ".decisions";

    /// <summary>What every file begins with.</summary>
    public static ReadOnlySpan<byte> Header => "YMTDLOG1"u8;

    /// <summary>Names a new segment.</summary>
    public static Segment In(string folder, long startedMs, Guid journal, long firstSequence) => new(
        System.IO.Path.Combine(
            folder,
            string.Create(CultureInfo.InvariantCulture, $"{startedMs:D15}-{journal:N}-{firstSequence:D19}{Extension}")),
        startedMs, journal, firstSequence);

    /// <summary>Reads a name; null for what is no segment.</summary>
    public static Segment? Parse(string path)
    {
        var parts = System.IO.Path.GetFileNameWithoutExtension(path).Split('-');
        return parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            && Guid.TryParseExact(parts[1], "N", out var journal)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            ? new(path, started, journal, first)
            : null;
    }
}

/// <summary>
/// The folder of journals: held by a lock file while it is open, so that one process writes and ships. Counts the bytes
/// that segments take. Thread-safe.
/// </summary>
internal sealed class JournalFolder : IDisposable
{
    private const string LockFile = "decisions.lock";

    private readonly OwnedFolder _folder;
    private long _bytes;
    private long _unreadable;

    /// <summary>Opens or makes the folder.</summary>
    /// <exception cref="IOException">It cannot be written, or another process uses it.</exception>
    public JournalFolder(string path)
    {
        _folder = new(path, LockFile);
        try
        {
            _bytes = Segments().Sum(segment => new FileInfo(segment.Path).Length);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            _folder.Dispose();
            throw new IOException($"The journal's folder {Path} cannot be read", e);
        }
    }

    /// <summary>Full path.</summary>
    public string Path => _folder.Path;

    /// <summary>Bytes that segments take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes of records that the disk did not give, since the start.</summary>
    public long UnreadableBytes => Interlocked.Read(ref _unreadable);

    /// <summary>Counts bytes that the disk did not give.</summary>
    public void CountUnreadable(long bytes) => Interlocked.Add(ref _unreadable, bytes);

    /// <summary>Counts bytes that were written, or cut off where negative.</summary>
    public void Grew(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>All segments, by the time at which their journals began.</summary>
    public IReadOnlyList<Segment> Segments() =>
    [
        .. System.IO.Directory.EnumerateFiles(Path, "*" + Segment.Extension)
            .Select(Segment.Parse).OfType<Segment>()
            .OrderBy(segment => segment.Path, StringComparer.Ordinal),
    ];

    /// <summary>Deletes a segment that issuing has.</summary>
    public void Delete(Segment segment)
    {
        var file = new FileInfo(segment.Path);
        if (file.Exists)
        {
            var length = file.Length;
            file.Delete();
            Grew(-length);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();
}
