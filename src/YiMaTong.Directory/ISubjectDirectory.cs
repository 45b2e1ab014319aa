namespace YiMaTong.Directory;

/// <summary>
/// Handle to record, in bounded memory. Any number of readers may call while writers do; writers wait for one another.
/// </summary>
public interface ISubjectDirectory : IDisposable
{
    /// <summary>
    /// Looks a subject up. No upstream call, no allocation while the record is in memory; a record that memory did not
    /// hold is read from the overflow file before the call returns. The record is always a whole one. Unknown once
    /// the directory is disposed.
    /// </summary>
    LookupStatus TryRead(ulong handle, out SubjectRecord record);

    /// <summary>Puts a record unless the one held has a newer revision. The same revision may be put again.</summary>
    /// <exception cref="IOException">
    /// The overflow file failed, now or earlier: lookups answer Unknown, but for records in memory, until
    /// <see cref="Clear"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The directory is disposed.</exception>
    void Apply(ulong handle, in SubjectRecord record);

    /// <summary>Says that the view holds everything up to now; lookups may answer NotFound.</summary>
    /// <exception cref="ObjectDisposedException">The directory is disposed.</exception>
    void MarkComplete();

    /// <summary>
    /// Forgets everything; lookups answer Unknown until MarkComplete. A lookup under way ends on what it began with.
    /// </summary>
    /// <exception cref="IOException">The new overflow file cannot be made; the old content stays.</exception>
    /// <exception cref="ObjectDisposedException">The directory is disposed.</exception>
    void Clear();

    /// <summary>Starts to run over all subjects.</summary>
    /// <exception cref="ObjectDisposedException">The directory is disposed.</exception>
    ISubjectCursor Scan();

    /// <summary>Number of subjects held.</summary>
    long Count { get; }

    /// <summary>
    /// Bytes that the disk under the overflow file did not take yet and that wait in memory; 0 while it takes all.
    /// </summary>
    long UnwrittenBytes => 0;

    /// <summary>
    /// Begins to write what waits, where anything does and is not on its way already. Otherwise the next page that the
    /// disk takes draws it along, and on a quiet day that is long to wait for. May be called at any time.
    /// </summary>
    void RetryUnwritten()
    {
    }

    /// <summary>Whether MarkComplete was called since the last Clear, and the overflow file has not failed.</summary>
    bool IsComplete { get; }
}
