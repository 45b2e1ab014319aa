using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// Keeps the log bounded. A record that left the mutable region is changed by copying it to the tail, so the log grows
/// by one record per such change and holds the old version for ever. A round takes the oldest part of what lies in the
/// file, copies each record of it that is still its subject's newest to the tail, and then lets the log begin after it.
/// Invariants:
/// <list type="bullet">
/// <item>The caller is the store's one writer, so nothing changes between a move and the end of its round but by later
/// calls of the same caller, which only add newer versions at the tail.</item>
/// <item>The log begins after a part only when every record of the part was looked at and the file has not failed; so
/// each subject's newest version lies above.</item>
/// <item><see cref="Truncations"/> rises after the last move and before the log's beginning: a lookup that began before
/// it may find the old part gone, sees the number changed, and asks again; one that begins after it finds the copies
/// first.</item>
/// </list>
/// The work is done a few records at a time, beside each change that makes it necessary.
/// </summary>
internal sealed class LogCompactor(
    FasterKV<ulong, SubjectRecord> store, OverflowDevice device, long pageSize, long memoryBytes) : IDisposable
{
    // A round starts when a third of the log is dead: looking at 8 records then frees more than two, and a change adds
    // at most one.
    private const int RecordsPerStep = 8;

    private readonly MoveFunctions _functions = new();
    private ClientSession<ulong, SubjectRecord, long, SubjectRecord, Empty, MoveFunctions>? _session;
    private IFasterScanIterator<ulong, SubjectRecord>? _round;
    private long _roundEnd;
    private int _truncations;

    /// <summary>Number of times that the log's beginning was moved.</summary>
    public int Truncations => Volatile.Read(ref _truncations);

    /// <summary>Does a bounded piece of work where there is any.</summary>
    public void Step(long subjects)
    {
        if (device.HasFailed || (_round is null && !TryBegin(subjects)))
        {
            return;
        }

        for (var i = 0; i < RecordsPerStep; i++)
        {
            if (!_round!.GetNext(out _, out var handle, out _))
            {
                End();
                return;
            }

            Move(handle);
        }
    }

    public void Dispose()
    {
        _round?.Dispose();
        _session?.Dispose();
    }

    private bool TryBegin(long subjects)
    {
        var log = store.Log;
        var begin = log.BeginAddress;
        var inFile = log.HeadAddress - begin;
        var live = subjects * log.FixedRecordSize;
        var dead = log.TailAddress - begin - live;
        if (inFile < pageSize || dead < Math.Max(live / 2, memoryBytes / 4))
        {
            return false;
        }

        var part = Math.Max(pageSize, inFile / 4);
        _roundEnd = (begin + part) / pageSize * pageSize;
        if (_roundEnd <= begin)
        {
            return false;
        }

        _round = log.Scan(begin, _roundEnd);
        return true;
    }

    private void Move(ulong handle)
    {
        _session ??= store.For(_functions).NewSession<MoveFunctions>();
        var end = _roundEnd;
        var output = default(SubjectRecord);
        var result = _session.RMW(ref handle, ref end, ref output);
        if (result.IsPending)
        {
            _session.CompletePendingWithOutputs(out var outputs, wait: true);
            using (outputs)
            {
                while (outputs.Next())
                {
                    result = outputs.Current.Status;
                }
            }
        }

        // Nothing is ever deleted: a record whose subject is not found was not read as it was written.
        if (!result.Found)
        {
            device.Fail();
        }
    }

    private void End()
    {
        _round!.Dispose();
        _round = null;
        if (device.HasFailed)
        {
            return;
        }

        Interlocked.Increment(ref _truncations);
        device.BeginTruncation(_roundEnd);
        store.Log.ShiftBeginAddress(_roundEnd, snapToPageStart: false, truncateLog: true);
    }
}
