using System.Runtime.InteropServices;
using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// The overflow file, watched. FASTER 2.6.5 waits for ever for a page that could not be written, and takes what a
/// failed read left in its buffer for a record. Here either is told to FASTER as done. A page that could not be written
/// stays in memory, is read from there, and is written once the disk takes pages again; beyond what may be kept so, and
/// where a read fails, the file has failed: the read gives zeros, which are no record, and the store, which asks
/// <see cref="HasFailed"/> after every operation, answers nothing that is not in its memory. Thread-safe as the device
/// inside is.
/// <para>
/// What is read is compared with what was written, sector by sector: a flipped bit in a record's key or header would
/// otherwise be a false "no". Each write is made from a copy, because readers set lock bits in headers of the page
/// while it is on its way, and the sums must be those of the bytes that reach the file.
/// </para>
/// </summary>
/// <param name="file">The file.</param>
/// <param name="unwrittenMax">Most bytes that wait in memory for the disk.</param>
internal sealed class OverflowDevice(IDevice file, long unwrittenMax)
    : StorageDeviceBase(file.FileName, file.SectorSize, file.Capacity)
{
    private readonly UnwrittenBytes _unwritten = new(unwrittenMax);
    private readonly SectorSums _sums = new(file.SectorSize);
    private readonly SegmentFiles _segments = new(file.FileName);
    private long _truncatedTo;
    private bool _failed;

    /// <summary>
    /// Whether anything could ever not be kept or read. Never goes back to false: what was lost stays lost.
    /// </summary>
    public bool HasFailed => Volatile.Read(ref _failed);

    /// <summary>Bytes that wait in memory for the disk.</summary>
    public long UnwrittenBytes => _unwritten.Bytes;

    /// <summary>Bytes of memory that the sums take, and what waits for the disk.</summary>
    public long MemoryBytes => _sums.Bytes + UnwrittenBytes;

    /// <summary>
    /// Says that nothing below an address is needed any more: a reader that is still on its way there gets zeros, which
    /// are no record, and asks again.
    /// </summary>
    public void BeginTruncation(long address)
    {
        Volatile.Write(ref _truncatedTo, address);
        _unwritten.Trim(piece => (piece.Segment * segmentSize) + piece.Address + piece.Length > address);
    }

    /// <summary>Marks the file as failed.</summary>
    public void Fail() => Volatile.Write(ref _failed, true);

    /// <summary>Sends what waits to the disk, piece by piece, until it refuses again; one sender at a time.</summary>
    public void Resend()
    {
        if (_unwritten.Send() is { } piece)
        {
            Write(
                piece,
                (error, _, _) =>
                {
                    _unwritten.Sent(piece, error == 0);
                    if (error == 0)
                    {
                        Resend();
                    }
                },
                context: null);
        }
    }

    public override void Initialize(
        long segmentSize, LightEpoch? epoch = null, bool omitSegmentIdFromFileName = false)
    {
        base.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
        _sums.SegmentSize = segmentSize;
        file.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
    }

    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite,
        DeviceIOCompletionCallback callback, object context)
    {
        var source = Bytes(sourceAddress, numBytesToWrite);
        var piece = new UnwrittenBytes.Piece(source, segmentId, (long)destinationAddress, SectorSize);
        _sums.Keep(segmentId, destinationAddress, piece.Bytes);
        Write(
            piece,
            (error, _, done) =>
            {
                if (error == 0)
                {
                    piece.Free();
                    Resend();
                }
                else if (!_unwritten.TryKeep(piece))
                {
                    piece.Free();
                    Fail();
                }

                callback(0, numBytesToWrite, done);
            },
            context);
    }

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength,
        DeviceIOCompletionCallback callback, object context)
    {
        // On the caller's thread, which would only wait: a read that needs a thread of the pool to complete stands
        // still once as many callers as the pool has threads wait for theirs.
        bool isRead;
        int version;
        do
        {
            version = _unwritten.Version;
            isRead = TryRead(segmentId, (long)sourceAddress, Bytes(destinationAddress, readLength))
                && _sums.Match(segmentId, sourceAddress, Bytes(destinationAddress, readLength));
        }
        while (!isRead && version != _unwritten.Version);

        if (!isRead)
        {
            if ((segmentId * segmentSize) + (long)sourceAddress >= Volatile.Read(ref _truncatedTo))
            {
                Fail();
            }

            Zero(destinationAddress, readLength);
        }

        callback(0, readLength, context);
    }

    public override bool TryComplete() => file.TryComplete();

    public override bool Throttle() => file.Throttle();

    public override long GetFileSize(int segment) => file.GetFileSize(segment);

    public override void Reset() => file.Reset();

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result)
    {
        _unwritten.Trim(piece => piece.Segment != segment);
        _sums.Forget(segment);
        _segments.Forget(segment);
        file.RemoveSegmentAsync(segment, callback, result);
    }

    public override void Dispose()
    {
        _segments.Dispose();
        file.Dispose();
        _unwritten.Dispose();
    }

    private void Write(UnwrittenBytes.Piece piece, DeviceIOCompletionCallback callback, object? context) =>
        file.WriteAsync(
            piece.Memory, piece.Segment, (ulong)piece.Address, (uint)piece.Length, callback, context);

    private bool TryRead(int segment, long address, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = _unwritten.Copy(segment, address, bytes);
            if (count < 0 && !_segments.TryRead(segment, address, bytes[..-count]))
            {
                return false;
            }

            address += Math.Abs(count);
            bytes = bytes[Math.Abs(count)..];
        }

        return true;
    }

    private static unsafe Span<byte> Bytes(IntPtr address, uint length) => new((void*)address, (int)length);

    private static unsafe void Zero(IntPtr address, uint length) => NativeMemory.Clear((void*)address, length);
}
