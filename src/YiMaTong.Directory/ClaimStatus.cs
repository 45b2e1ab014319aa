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

    /// <summary>
    /// Nobody holds the key, and by its order it may be one of those that were claimed and forgotten; nothing was
    /// claimed.
    /// </summary>
    Forgotten,
}
