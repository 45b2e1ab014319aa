using System.Numerics;
using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// One filling of the directory: a FASTER store and its overflow file, from empty to dropped. Invariants:
/// <list type="bullet">
/// <item><see cref="TryRead"/> and <see cref="RetryUnwritten"/> may be called by any thread at any time, also during
/// and after <see cref="Dispose"/>: they hold a session of the pool while they touch the store, and the store is
/// dropped after the pool is retired.</item>
/// <item>All else is called by one thread at a time, but for the properties.</item>
/// <item>Completeness is read before the store: what is complete then holds every subject, so that absence
/// afterwards is a true "no". The other order would make a subject that arrives in between a false one.</item>
/// <item>A record is overwritten in place only under FASTER's lock of that record, which readers of the mutable region
/// share; records outside it never change. So a reader copies a whole record.</item>
/// <item>The log is compacted by the one that changes it, and not while a cursor is open. A lookup that runs into it
/// asks again (<see cref="LogCompactor"/>).</item>
/// <item>Once the overflow file has failed, records may be lost: what is in memory is still answered, for a subject's
/// newest record is found first; all else is Unknown, and <see cref="Apply"/> throws, until the store is
/// replaced.</item>
/// </list>
/// </summary>
internal sealed class SubjectStore : IDisposable
{
    // 16 pages at the least: with fewer, FASTER has too few to write out while it fills others.
    private const int PagesBits = 4;
    private const int PageSizeBitsMax = 22;

    // A disk that is full for a while costs as much more memory at the most.
    private const int UnwrittenShare = 8;

    // The file is cut into segments of about the memory's size, so that compaction gives disk back soon.
    private const int SegmentSizeBitsMax = 26;

    private readonly OverflowDevice _device;
    private readonly FasterKV<ulong, SubjectRecord> _store;
    private readonly SessionPool _sessions;
    private readonly LogCompactor _compactor;
    private int _cursors;
    private long _count;
    private bool _complete;

    public SubjectStore(DirectoryOptions options, string path)
        : this(options, Devices.CreateLogDevice(path, preallocateFile: false, deleteOnClose: true))
    {
    }

    internal SubjectStore(DirectoryOptions options, IDevice file)
    {
        var memorySizeBits = 20 + BitOperations.Log2((uint)options.MemoryMiB);
        var pageSizeBits = Math.Min(PageSizeBitsMax, memorySizeBits - PagesBits);
        _device = new OverflowDevice(file, (1L << memorySizeBits) / UnwrittenShare);
        var log = new LogSettings
        {
            LogDevice = _device,
            MemorySizeBits = memorySizeBits,
            PageSizeBits = pageSizeBits,
            SegmentSizeBits = Math.Min(memorySizeBits, SegmentSizeBitsMax),
            MutableFraction = 0.9,
            PreallocateLog = false,
            ReadCacheSettings = null,
            ReadCopyOptions = new ReadCopyOptions(ReadCopyFrom.None, ReadCopyTo.None),
        };
        _store = new FasterKV<ulong, SubjectRecord>(
            IndexBuckets(options.ExpectedSubjects), log, comparer: new HandleComparer(),
            tryRecoverLatest: false, concurrencyControlMode: ConcurrencyControlMode.RecordIsolation);
        _sessions = new SessionPool(_store, SessionPool.DefaultSize);
        _compactor = new LogCompactor(_store, _device, 1L << pageSizeBits, 1L << memorySizeBits);
    }

    /// <summary>Bytes from the log's beginning to its tail, in memory and in the file.</summary>
    public long LogBytes => _store.Log.TailAddress - _store.Log.BeginAddress;

    /// <summary>Bytes of memory that records, index and sums take, and what waits for the disk.</summary>
    public long MemoryBytes => _store.Log.MemorySizeBytes + (_store.IndexSize * 64) + _device.MemoryBytes;

    /// <summary>Bytes that wait in memory for the disk.</summary>
    public long UnwrittenBytes => _device.UnwrittenBytes;

    public long Count => Volatile.Read(ref _count);

    public bool IsComplete => Volatile.Read(ref _complete) && !_device.HasFailed;

    /// <summary>Looks a subject up.</summary>
    /// <returns>False when the store is going or gone.</returns>
    public bool TryRead(ulong handle, out SubjectRecord record, out LookupStatus status)
    {
        var absent = IsComplete ? LookupStatus.NotFound : LookupStatus.Unknown;
        record = default;
        status = absent;
        if (!_sessions.TryTake(out var slot))
        {
            return false;
        }

        try
        {
            var session = slot.Session!;
            var input = default(SubjectRecord);
            Status result;
            bool pending;
            int truncations;
            do
            {
                truncations = _compactor.Truncations;
                result = session.Read(ref handle, ref input, ref record);
                pending = result.IsPending;
                if (pending)
                {
                    session.CompletePendingWithOutputs(out var outputs, wait: true);
                    result = FirstOf(outputs, ref record);
                }
            }
            while ((pending || !result.Found) && _compactor.Truncations != truncations);

            // What was found without the file is the subject's newest record, whatever became of older ones.
            var isCertain = (result.Found && !pending) || !_device.HasFailed;
            status = !isCertain ? LookupStatus.Unknown
                : result.Found ? LookupStatus.Found
                : result.NotFound ? absent
                : LookupStatus.Unknown;
            record = status == LookupStatus.Found ? record : default;

            return true;
        }
        finally
        {
            SessionPool.Return(slot);
        }
    }

    public void Apply(ulong handle, in SubjectRecord record)
    {
        ObjectDisposedException.ThrowIf(!_sessions.TryTake(out var slot), this);

        try
        {
            var session = slot.Session!;
            var input = record;
            var output = default(SubjectRecord);
            var result = session.RMW(ref handle, ref input, ref output);
            if (result.IsPending)
            {
                session.CompletePendingWithOutputs(out var outputs, wait: true);
                result = FirstOf(outputs, ref output);
            }

            if (result.NotFound)
            {
                Interlocked.Increment(ref _count);
            }

            if (_cursors == 0)
            {
                _compactor.Step(Count);
            }

            if (_device.HasFailed || !(result.Found || result.NotFound))
            {
                throw Failure();
            }
        }
        finally
        {
            SessionPool.Return(slot);
        }
    }

    /// <summary>Begins to write what waits, where anything does.</summary>
    public void RetryUnwritten()
    {
        if (UnwrittenBytes > 0 && _sessions.TryTake(out var slot))
        {
            try
            {
                _device.Resend();
            }
            finally
            {
                SessionPool.Return(slot);
            }
        }
    }

    public void MarkComplete() => Volatile.Write(ref _complete, true);

    /// <summary>Opens a cursor; the log is not compacted until <see cref="Close"/>.</summary>
    public SubjectCursor OpenCursor()
    {
        var cursor = new SubjectCursor(_store, ReadOne);
        _cursors++;
        return cursor;
    }

    /// <summary>Reads the next entries of a cursor.</summary>
    /// <exception cref="IOException">The overflow file failed.</exception>
    public int Read(SubjectCursor cursor, Span<SubjectEntry> entries)
    {
        var count = cursor.Read(entries);
        return _device.HasFailed ? throw Failure() : count;
    }

    /// <summary>Closes a cursor.</summary>
    public void Close(SubjectCursor cursor)
    {
        cursor.Dispose();
        _cursors--;
    }

    public void Dispose()
    {
        _sessions.Retire();
        _compactor.Dispose();
        _store.Dispose();
        _device.Dispose();
    }

    private (LookupStatus Status, SubjectRecord Record) ReadOne(ulong handle)
    {
        return TryRead(handle, out var record, out var status) ? (status, record) : (LookupStatus.Unknown, default);
    }

    private IOException Failure() => new(
        $"The directory's overflow file {_device.FileName} cannot be written or read, or is damaged; "
        + "lookups answer Unknown until the directory is cleared");

    // The operation that went to the file is the only one this session has under way.
    private static Status FirstOf(
        CompletedOutputIterator<ulong, SubjectRecord, SubjectRecord, SubjectRecord, Empty> outputs,
        ref SubjectRecord record)
    {
        using (outputs)
        {
            var status = default(Status);
            while (outputs.Next())
            {
                status = outputs.Current.Status;
                record = outputs.Current.Output;
            }

            return status;
        }
    }

    // A bucket is a cache line of seven entries: one for four subjects leaves room for an uneven spread.
    private static long IndexBuckets(long subjects) => (long)BitOperations.RoundUpToPowerOf2((ulong)subjects / 4);
}
