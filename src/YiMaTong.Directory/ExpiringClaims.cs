namespace YiMaTong.Directory;

/// <summary>How a claim went.</summary>
public enum ClaimStatus : byte
{
    /// <summary>The key was free and is now the caller's.</summary>
    Claimed,

    /// <summary>Somebody holds it; their value is returned.</summary>
    Held,

    /// <summary>There is no room; nothing was claimed.</summary>
    Full,
}

/// <summary>
/// Keys that are claimed once and forgotten after a time: single use of codes, replays of requests. Memory is bounded by
/// generations by time; no timer per key. Safe from any thread; of many callers exactly one claims a key.
/// </summary>
/// <typeparam name="TValue">What the first claimant leaves for those who come later.</typeparam>
public sealed class ExpiringClaims<TValue>
{
    /// <summary>Makes an empty set.</summary>
    /// <param name="time">Clock; only its monotonic timestamp is read.</param>
    /// <param name="life">How long a claim is held at the least; it is forgotten after at most twice this.</param>
    /// <param name="capacity">Most claims held at once.</param>
    public ExpiringClaims(TimeProvider time, TimeSpan life, int capacity) => throw new NotImplementedException();

    /// <summary>Claims a key, or returns what the holder left.</summary>
    public ClaimStatus Claim(UInt128 key, TValue value, out TValue held) => throw new NotImplementedException();

    /// <summary>Looks at a claim without making one.</summary>
    public bool TryGet(UInt128 key, out TValue held) => throw new NotImplementedException();

    /// <summary>Replaces the value of a claim that is held; false where it is not.</summary>
    public bool TryReplace(UInt128 key, TValue value) => throw new NotImplementedException();
}
