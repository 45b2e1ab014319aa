namespace YiMaTong.Hosting.Load;

/// <summary>What becomes of a call before anything is done for it.</summary>
/// <param name="Place">
/// Where the call is counted as under way: 0 for nowhere. Given back when it ends; meaningless for a refused one.
/// </param>
/// <param name="RetryAfterMs">Milliseconds after which to come again; 0 for a call that is admitted.</param>
/// <param name="Close">Whether the connection is to be closed after the refusal.</param>
public readonly record struct Admission(int Place, int RetryAfterMs, bool Close = false)
{
    /// <summary>A call that no limit counts.</summary>
    public static Admission Free => default;

    /// <summary>Whether the call is refused.</summary>
    public bool Refused => RetryAfterMs > 0;
}
