using System.Runtime.InteropServices;
using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// The overflow file, watched. FASTER 2.6.5 waits for ever for a page that could not be written, and takes what a
/// failed read left in its buffer for a record. Here either marks the file as failed and is told to FASTER as done, a
/// failed read as zeros, which are no record. So nothing hangs, and the store, which asks <see cref="HasFailed"/> after
/// every operation, answers nothing from then on. Thread-safe as the device inside is.
/// <para>
/// What is read is compared with what was written, sector by sector: a flipped bit in a record's key or header would
/// otherwise be a false "no". Each write is made from a copy, because readers set lock bits in headers of the page
/// while it is on its way, and the sums must be those of the bytes that reach the file.
/// </para>
/// </summary>
internal sealed class OverflowDevice(IDevice file) : StorageDeviceBase(file.FileName, file.SectorSize, file.Capacity)
{
    private readonly SectorSums _sums = new(file.SectorSize);
    private readonly SegmentFiles _segments = new(file.FileName);
    private long _truncatedTo;
    private bool _failed;

    /// <summary>Whether anything could ever not be written or read. Never goes back to false.</summary>
    public bool HasFailed => Volatile.Read(ref _failed);

    /// <summary>Bytes of memory that the sums take.</summary>
    public long SumBytes => _sums.Bytes;

    /// <summary>
    /// Says that nothing below an address is needed any more: a reader that is still on its way there gets zeros, which
    /// are no record, and asks again.
    /// </summary>
    public void BeginTruncation(long address) => Volatile.Write(ref _truncatedTo, address);

    /// <summary>Marks the file as failed.</summary>
    public void Fail() => Volatile.Write(ref _failed, true);

    public override void Initialize(
        long segmentSize, LightEpoch? epoch = null, bool omitSegmentIdFromFileName = false)
    {
        base.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
        _sums.SegmentSize = segmentSize;
        file.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
    }

    public override unsafe void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite,
        DeviceIOCompletionCallback callback, object context)
    {
        var copy = (IntPtr)NativeMemory.AlignedAlloc(numBytesToWrite, SectorSize);
        NativeMemory.Copy((void*)sourceAddress, (void*)copy, numBytesToWrite);
        _sums.Keep(segmentId, destinationAddress, Bytes(copy, numBytesToWrite));
        file.WriteAsync(
            copy, segmentId, destinationAddress, numBytesToWrite,
            (error, bytes, done) =>
            {
                Free(copy);
                if (error != 0)
                {
                    Fail();
                    bytes = numBytesToWrite;
                }

                callback(0, bytes, done);
            },
            context);
    }

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength,
        DeviceIOCompletionCallback callback, object context)
    {
        // On the caller's thread, which would only wait: a read that needs a thread of the pool to complete stands
        // still once as many callers as the pool has threads wait for theirs.
        if (!_segments.TryRead(segmentId, (long)sourceAddress, Bytes(destinationAddress, readLength))
            || !_sums.Match(segmentId, sourceAddress, Bytes(destinationAddress, readLength)))
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
        _sums.Forget(segment);
        _segments.Forget(segment);
        file.RemoveSegmentAsync(segment, callback, result);
    }

    public override void Dispose()
    {
        _segments.Dispose();
        file.Dispose();
    }

    private static unsafe Span<byte> Bytes(IntPtr address, uint length) => new((void*)address, (int)length);

    private static unsafe void Free(IntPtr address) => NativeMemory.AlignedFree((void*)address);

    private static unsafe void Zero(IntPtr address, uint length) => NativeMemory.Clear((void*)address, length);
}
