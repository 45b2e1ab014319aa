using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// Runs over the log of one store, from its beginning to what was its tail at the start. A subject's newest version at
/// the start lies in between. Below the read-only boundary a record no longer changes and is taken as it lies; above it
/// the subject is looked up, under FASTER's lock of the record, and is at least as new. Called under the directory's
/// writing lock.
/// </summary>
internal sealed class SubjectCursor : IDisposable
{
    private readonly FasterKV<ulong, SubjectRecord> _store;
    private readonly Func<ulong, (LookupStatus Status, SubjectRecord Record)> _read;
    private readonly IFasterScanIterator<ulong, SubjectRecord> _scan;

    public SubjectCursor(
        FasterKV<ulong, SubjectRecord> store, Func<ulong, (LookupStatus Status, SubjectRecord Record)> read)
    {
        _store = store;
        _read = read;
        _scan = store.Log.Scan(store.Log.BeginAddress, store.Log.TailAddress);
    }

    /// <summary>Reads the next entries; 0 at the end.</summary>
    public int Read(Span<SubjectEntry> entries)
    {
        for (var count = 0; count < entries.Length; count++)
        {
            // Read before the record is copied: what lies below it then had stopped changing.
            var unchanging = _store.Log.SafeReadOnlyAddress;
            if (!_scan.GetNext(out _, out var handle, out var record))
            {
                return count;
            }

            if (_scan.CurrentAddress >= unchanging)
            {
                (var status, record) = _read(handle);
                if (status != LookupStatus.Found)
                {
                    throw new IOException($"A subject of the directory's log cannot be read ({status})");
                }
            }

            entries[count].Handle = handle;
            entries[count].Record = record;
        }

        return entries.Length;
    }

    public void Dispose() => _scan.Dispose();
}
