using Microsoft.Win32.SafeHandles;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Reads a segment from its start. What does not check out is skipped byte by byte up to the next sound record, so a
/// damaged place costs the records that it touches and no other. For one thread.
/// </summary>
internal sealed class SegmentReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly uint _seed;
    private readonly byte[] _window = new byte[64 * 1024];
    private long _windowAt;
    private int _windowLength;

    /// <summary>Opens a segment.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SegmentReader(Segment segment)
    {
        Segment = segment;
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

    /// <summary>Length of the file.</summary>
    public long Length => RandomAccess.GetLength(_file);

    /// <summary>Reads the next record.</summary>
    /// <param name="limit">Bytes of the file that count.</param>
    /// <param name="message">Gets the record; at least <see cref="RecordMessage.LengthMax"/> bytes.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="written">Length of the message.</param>
    /// <returns>False where there is none up to the limit.</returns>
    public bool TryRead(long limit, Span<byte> message, out long sequence, out int written)
    {
        while (limit - Position >= RecordFormat.HeadLength)
        {
            var length = RecordFormat.Read(Window(limit), _seed, message, out sequence, out written);
            if (length > 0)
            {
                Position += length;
                return true;
            }

            Position++;
            SkippedBytes++;
        }

        if (Position < limit)
        {
            SkippedBytes += limit - Position;
            Position = limit;
        }

        (sequence, written) = (0, 0);
        return false;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<byte> Window(long limit)
    {
        var wanted = Math.Min(RecordFormat.LengthMax, limit - Position);
        var offset = Position - _windowAt;
        if (offset + wanted > _windowLength)
        {
            _windowAt = Position;
            _windowLength = RandomAccess.Read(
                _file, _window.AsSpan(0, (int)Math.Min(_window.Length, limit - Position)), Position);
            offset = 0;
        }

        return _window.AsSpan((int)offset, (int)Math.Min(wanted, Math.Max(0, _windowLength - offset)));
    }
}
