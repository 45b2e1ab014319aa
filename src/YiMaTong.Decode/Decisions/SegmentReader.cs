using Microsoft.Win32.SafeHandles;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Reads a segment from its start. What does not check out is skipped byte by byte up to the next sound record, so a
/// damaged place costs the records that it touches and no other. A place that the disk does not give is tried again
/// from where the last record ended; after <see cref="TriesMax"/> tries it counts as damaged too. For one thread.
/// </summary>
internal sealed class SegmentReader : IDisposable
{
    /// <summary>
    /// Tries at what the disk does not give. With the pauses that the shipper makes they take most of a minute.
    /// </summary>
    public const int TriesMax = 16;

    // What a disk gives or not as a whole: a page of the system's memory.
    private const int PageSize = 4_096;

    private readonly SafeFileHandle _file;
    private readonly ReadAt _read;
    private readonly uint _seed;
    private readonly byte[] _window = new byte[64 * 1024];
    private long _windowAt;
    private int _windowLength;
    private IOException? _fault;
    private int _tries;

    /// <summary>Opens a segment.</summary>
    /// <param name="segment">What to read.</param>
    /// <param name="read">Reads from a file; null for the ordinary way.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public SegmentReader(Segment segment, ReadAt? read = null)
    {
        Segment = segment;
        _read = read ?? RandomAccess.Read;
        _seed = RecordFormat.SeedOf(segment.Journal);
        _file = File.OpenHandle(segment.Path, share: FileShare.ReadWrite | FileShare.Delete);
        Position = Segment.Header.Length;
    }

    /// <summary>What is read.</summary>
    public Segment Segment { get; }

    /// <summary>Where the next record is looked for.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes that were skipped because they are no record.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>Bytes of the skipped ones that the disk did not give.</summary>
    public long UnreadableBytes { get; private set; }

    /// <summary>Length of the file.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    public long Length => RandomAccess.GetLength(_file);

    /// <summary>Reads the next record.</summary>
    /// <param name="limit">Bytes of the file that count.</param>
    /// <param name="message">Gets the record; at least <see cref="RecordMessage.LengthMax"/> bytes.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="written">Length of the message.</param>
    /// <returns>False where there is none up to the limit.</returns>
    /// <exception cref="IOException">The disk does not give what comes next; the next call tries it again.</exception>
    public bool TryRead(long limit, Span<byte> message, out long sequence, out int written)
    {
        while (limit - Position >= RecordFormat.HeadLength)
        {
            var window = Window(limit);
            var length = RecordFormat.Read(window, _seed, message, out sequence, out written);
            if (length > 0)
            {
                (Position, _tries) = (Position + length, 0);
                return true;
            }

            if (_fault is { } fault && _tries < TriesMax && ++_tries < TriesMax)
            {
                _windowLength = 0;
                throw new IOException(fault.Message, fault);
            }

            var isUnreadable = _fault is not null && window.IsEmpty;
            Skip(isUnreadable ? Math.Min(limit, PageAfter(Position)) : Position + 1, isUnreadable);
        }

        Skip(Math.Max(limit, Position), isUnreadable: false);
        (sequence, written) = (0, 0);
        return false;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static long PageAfter(long position) => ((position / PageSize) + 1) * PageSize;

    private void Skip(long to, bool isUnreadable)
    {
        SkippedBytes += to - Position;
        UnreadableBytes += isUnreadable ? to - Position : 0;
        Position = to;
    }

    private ReadOnlySpan<byte> Window(long limit)
    {
        var wanted = Math.Min(RecordFormat.LengthMax, limit - Position);
        var offset = Position - _windowAt;

        // Before an unreadable place the window is used up: what is behind it would be the same fault once more.
        if (offset + wanted > _windowLength && (_fault is null || offset >= _windowLength))
        {
            Load((int)wanted, (int)Math.Min(_window.Length, limit - Position));
            offset = 0;
        }

        return _window.AsSpan((int)offset, (int)Math.Min(wanted, Math.Max(0, _windowLength - offset)));
    }

    /// <summary>
    /// Fills the window from where the reader is, up to an end of the file or to what the disk does not give. A disk
    /// may refuse a long read for a bad place at its end: then it is asked page by page.
    /// </summary>
    private void Load(int wanted, int size)
    {
        (_windowAt, _windowLength, _fault) = (Position, 0, null);
        var isWhole = true;
        while (_windowLength < wanted)
        {
            var at = Position + _windowLength;
            var length = (int)Math.Min(size - _windowLength, isWhole ? size : PageAfter(at) - at);
            try
            {
                var read = _read(_file, _window.AsSpan(_windowLength, length), at);
                if (read == 0)
                {
                    return;
                }

                _windowLength += read;
            }
            catch (IOException) when (isWhole)
            {
                isWhole = false;
            }
            catch (IOException fault)
            {
                _fault = fault;
                return;
            }
        }
    }
}
