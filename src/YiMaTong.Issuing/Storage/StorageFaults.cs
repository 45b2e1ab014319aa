using YiMaTong.Hosting.Envelope;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// Tells degradation from faults where the database is concerned, and counts it: writing can fail while reading goes
/// on, which no probe that only reads would find. Thread-safe.
/// </summary>
internal sealed class StorageFaults : IDegradationJudge
{
    private long _count;

    /// <summary>Failures of calls so far for which the database was to blame.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <inheritdoc />
    public string? Explain(Exception failure)
    {
        var reason = DatabaseFile.ExplainUnavailable(failure);
        if (reason is not null)
        {
            Interlocked.Increment(ref _count);
        }

        return reason;
    }
}
