using Microsoft.Win32.SafeHandles;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Decisions;

/// <summary>Up to where a journal's newest segment is on the disk.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Length">Bytes of it that a commit has vouched for.</param>
internal sealed record JournalEnd(Segment Segment, long Length);

/// <summary>
/// Appends to the segments of one journal. Invariant: what <see cref="End"/> covers was written and synced without an
/// error, and so was its file's name. After any error the segment is cut back to that and never written again: a sync
/// that failed once may succeed the next time without having written a thing, so the same bytes go to a new file. For
/// one thread; <see cref="End"/> for any.
/// </summary>
internal sealed class SegmentWriter(
    JournalFolder folder, Guid journal, long startedMs, long segmentBytes, WriteAt write,
    SyncFolder? sync = null)
    : IDisposable
{
    private SafeFileHandle? _file;
    private JournalEnd? _end;

    /// <summary>Up to where the newest segment is durable; null before the first commit.</summary>
    public JournalEnd? End => Volatile.Read(ref _end);

    /// <summary>Writes and syncs.</summary>
    /// <param name="bytes">Whole records.</param>
    /// <param name="firstSequence">Sequence of the first one.</param>
    /// <exception cref="IOException">The disk refuses; nothing of the bytes counts as written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Append(ReadOnlySpan<byte> bytes, long firstSequence)
    {
        if (_file is not null && _end!.Length + bytes.Length > segmentBytes)
        {
            Close();
        }

        if (_file is null)
        {
            Begin(firstSequence, bytes);
            return;
        }

        try
        {
            write(_file, bytes, _end!.Length);
            RandomAccess.FlushToDisk(_file);
        }
        catch
        {
            CutBack(_file, _end!.Length);
            Close();
            throw;
        }

        Publish(_end.Segment, _end.Length + bytes.Length, bytes.Length);
    }

    /// <inheritdoc />
    public void Dispose() => Close();

    private void Begin(long firstSequence, ReadOnlySpan<byte> bytes)
    {
        var segment = Segment.In(folder.Path, startedMs, journal, firstSequence);

        // A file of that name can only be what a failed try at the very same records left behind.
        var file = File.OpenHandle(
            segment.Path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        try
        {
            write(file, Segment.Header, 0);
            write(file, bytes, Segment.Header.Length);
            RandomAccess.FlushToDisk(file);
            (sync ?? DurableFolder.Sync)(folder.Path);
        }
        catch
        {
            CutBack(file, 0);
            file.Dispose();
            throw;
        }

        _file = file;
        Publish(segment, Segment.Header.Length + bytes.Length, Segment.Header.Length + bytes.Length);
    }

    private void Publish(Segment segment, long length, long grown)
    {
        folder.Grew(grown);
        Volatile.Write(ref _end, new(segment, length));
    }

    // Best effort: where it fails too, records behind the end are written once more in the next segment with the same
    // sequence, and readers take the first.
    private static void CutBack(SafeFileHandle file, long length)
    {
        try
        {
            RandomAccess.SetLength(file, length);
        }
        catch (IOException)
        {
            return;
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
