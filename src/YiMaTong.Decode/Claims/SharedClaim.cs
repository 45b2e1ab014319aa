namespace YiMaTong.Decode.Claims;

/// <summary>What the shared store says of a use.</summary>
internal enum SharedVerdict : byte
{
    /// <summary>Nothing is shared: the node decides alone.</summary>
    Off,

    /// <summary>It was not asked.</summary>
    Unasked,

    /// <summary>The use is the caller's: the first, or its repetition.</summary>
    Won,

    /// <summary>The use is another's.</summary>
    Lost,

    /// <summary>It does not answer, and the policy is to refuse.</summary>
    Away,
}

/// <summary>The right to a use, as the nodes of a place agreed on it.</summary>
/// <param name="Verdict">Whose it is.</param>
/// <param name="DecisionId">Number of the decision that goes with it, where it is the caller's; 0 otherwise.</param>
internal readonly record struct SharedClaim(SharedVerdict Verdict, UInt128 DecisionId = default);
