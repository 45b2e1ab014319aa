namespace YiMaTong.Directory;

/// <summary>The three answers of a lookup.</summary>
public enum LookupStatus : byte
{
    /// <summary>The subject is known.</summary>
    Found,

    /// <summary>There is no such subject: the view is complete.</summary>
    NotFound,

    /// <summary>The view is not complete: nothing can be said (PY2018).</summary>
    Unknown,
}

/// <summary>Whether a subject's codes are honoured.</summary>
public enum SubjectState : byte
{
    /// <summary>Codes are honoured.</summary>
    Active = 1,

    /// <summary>Frozen.</summary>
    Frozen = 2,

    /// <summary>Closed.</summary>
    Closed = 3,
}

/// <summary>
/// Handle to record, in bounded memory. Readers and one writer at a time may call concurrently.
/// </summary>
public interface ISubjectDirectory : IDisposable
{
    /// <summary>Looks a subject up. No upstream call, no allocation while the record is in memory.</summary>
    LookupStatus TryRead(ulong handle, out SubjectRecord record);

    /// <summary>Puts a record unless the one held has a newer revision.</summary>
    void Apply(ulong handle, in SubjectRecord record);

    /// <summary>Says that the view holds everything up to now; lookups may answer NotFound.</summary>
    void MarkComplete();

    /// <summary>Forgets everything; lookups answer Unknown until MarkComplete.</summary>
    void Clear();

    /// <summary>Number of subjects held.</summary>
    long Count { get; }

    /// <summary>Whether MarkComplete was called since the last Clear.</summary>
    bool IsComplete { get; }
}
