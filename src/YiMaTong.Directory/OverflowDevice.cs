using System.Runtime.InteropServices;
using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// The overflow file, watched. FASTER 2.6.5 waits for ever for a page that could not be written, and takes what a
/// failed read left in its buffer for a record. Here either marks the file as failed and is told to FASTER as done, a
/// failed read as zeros, which are no record. So nothing hangs, and the store, which asks <see cref="HasFailed"/> after
/// every operation, answers nothing from then on. Thread-safe as the device inside is.
/// </summary>
internal sealed class OverflowDevice(IDevice file) : StorageDeviceBase(file.FileName, file.SectorSize, file.Capacity)
{
    private bool _failed;

    /// <summary>Whether anything could ever not be written or read. Never goes back to false.</summary>
    public bool HasFailed => Volatile.Read(ref _failed);

    public override void Initialize(
        long segmentSize, LightEpoch? epoch = null, bool omitSegmentIdFromFileName = false)
    {
        base.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
        file.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
    }

    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite,
        DeviceIOCompletionCallback callback, object context)
    {
        file.WriteAsync(
            sourceAddress, segmentId, destinationAddress, numBytesToWrite,
            (error, bytes, done) =>
            {
                if (error != 0)
                {
                    Volatile.Write(ref _failed, true);
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
        file.ReadAsync(
            segmentId, sourceAddress, destinationAddress, readLength,
            (error, bytes, done) =>
            {
                if (error != 0)
                {
                    Volatile.Write(ref _failed, true);
                    Zero(destinationAddress, readLength);
                    bytes = readLength;
                }

                callback(0, bytes, done);
            },
            context);
    }

    public override bool TryComplete() => file.TryComplete();

    public override bool Throttle() => file.Throttle();

    public override long GetFileSize(int segment) => file.GetFileSize(segment);

    public override void Reset() => file.Reset();

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        file.RemoveSegmentAsync(segment, callback, result);

    public override void Dispose() => file.Dispose();

    private static unsafe void Zero(IntPtr address, uint length) => NativeMemory.Clear((void*)address, length);
}
