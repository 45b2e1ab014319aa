namespace YiMaTong.Hosting.Envelope;

/// <summary>
/// Knows the failures that are no fault of the program but the service's degradation: a database that is away, a disk
/// that is full. Callers are then told to use the emergency code (PY1998) and not that the system has a fault
/// (PY1999). Implementations are thread-safe and registered as singletons; any number may be.
/// </summary>
public interface IDegradationJudge
{
    /// <summary>Says in words for the log what is degraded; null where the failure is something else.</summary>
    /// <param name="failure">What a handler threw.</param>
    string? Explain(Exception failure);
}

internal static class DegradationJudges
{
    /// <summary>What the first judge says that knows the failure; null where none does.</summary>
    public static string? Explain(this IEnumerable<IDegradationJudge> judges, Exception failure)
    {
        foreach (var judge in judges)
        {
            if (judge.Explain(failure) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }
}
