using Microsoft.Win32.SafeHandles;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Gate.Journal;

/// <summary>
/// Appends to the segments of one journal. After a refused write or sync the segment is cut back and never written
/// again: a sync that failed once may succeed the next time without having written, so the same records go to a new
/// file. A new file's name is synced as its content is. For one thread.
/// </summary>
/// <param name="folder">Where.</param>
/// <param name="startedMs">Milliseconds of the Unix epoch at which the journal began.</param>
/// <param name="journal">Identity of the journal.</param>
/// <param name="sync">Brings the folder's names to the disk.</param>
internal sealed class SegmentWriter(string folder, long startedMs, Guid journal, SyncFolder sync) : IDisposable
{
    /// <summary>Bytes after which a new segment begins: small, so that what was brought home goes soon.</summary>
    private const long SegmentBytes = 256 << 10;

    private SafeFileHandle? _file;
    private long _length;

    /// <summary>Writes and syncs.</summary>
    /// <param name="records">Whole records.</param>
    /// <param name="firstSequence">Sequence of the first one.</param>
    /// <exception cref="IOException">The disk refuses; nothing of it counts as written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Append(ReadOnlySpan<byte> records, long firstSequence)
    {
        if (_file is not null && _length + records.Length > SegmentBytes)
        {
            Dispose();
        }

        if (_file is null)
        {
            // A file of that name can only be what a refused try at the very same records left behind.
            var segment = ScanSegment.In(folder, startedMs, journal, firstSequence);
            _file = File.OpenHandle(
                segment.Path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
            _length = 0;
        }

        try
        {
            RandomAccess.Write(_file, records, _length);
            RandomAccess.FlushToDisk(_file);
            if (_length == 0)
            {
                sync(folder);
            }

            _length += records.Length;
        }
        catch (Exception refused)
        {
            CutBack(_file, _length);
            Dispose();
            if (refused is NotSupportedException)
            {
                throw new IOException("what stands in the place of a segment is no file", refused);
            }

            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    // Best effort: where it fails too, the records are written once more, and readers take the first.
    private static void CutBack(SafeFileHandle file, long length)
    {
        try
        {
            RandomAccess.SetLength(file, length);
        }
        catch (Exception refused) when (DiskFault.Is(refused) || refused is NotSupportedException)
        {
            return;
        }
    }
}
