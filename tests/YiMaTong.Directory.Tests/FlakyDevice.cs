using System.Collections.Concurrent;
using FASTER.core;

namespace YiMaTong.Directory.Tests;

/// <summary>A file whose disk refuses writes while it is told to.</summary>
internal sealed class FlakyDevice(IDevice file) : StorageDeviceBase(file.FileName, file.SectorSize, file.Capacity)
{
    private readonly ConcurrentDictionary<(int Segment, ulong Address), bool> _owed = new();
    private volatile bool _refuses;
    private int _refused;

    public bool Refuses
    {
        get => _refuses;
        set => _refuses = value;
    }

    /// <summary>Writes refused so far.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Places that were refused and are not written yet.</summary>
    public int Owed => _owed.Count;

    public static FlakyDevice In(TemporaryFolder folder) =>
        new(Devices.CreateLogDevice(
            Path.Combine(folder.FullName, "flaky.log"), preallocateFile: false, deleteOnClose: true));

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
        if (!_refuses)
        {
            file.WriteAsync(
                sourceAddress, segmentId, destinationAddress, numBytesToWrite,
                (error, bytes, done) =>
                {
                    callback(error, bytes, done);
                    _ = _owed.TryRemove((segmentId, destinationAddress), out _);
                },
                context);
            return;
        }

        _owed[(segmentId, destinationAddress)] = true;
        Interlocked.Increment(ref _refused);
        callback(28, 0, context);
    }

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength,
        DeviceIOCompletionCallback callback, object context) =>
        file.ReadAsync(segmentId, sourceAddress, destinationAddress, readLength, callback, context);

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        file.RemoveSegmentAsync(segment, callback, result);

    public override void Dispose() => file.Dispose();
}
