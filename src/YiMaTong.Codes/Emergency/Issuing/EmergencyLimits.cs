namespace YiMaTong.Codes.Emergency.Issuing;

/// <summary>What an issuer gives at most. Immutable.</summary>
public sealed record EmergencyLimits
{
    /// <summary>Longest life of a holder-bound code in seconds; a day unless set.</summary>
    public int HolderBoundLifeSecondsMax { get; init; } = 24 * 3600;

    /// <summary>Longest life of a static code in seconds; four hours unless set. Whoever copies it has it.</summary>
    public int StaticLifeSecondsMax { get; init; } = 4 * 3600;

    /// <summary>Tags that a static code may carry; none unless set.</summary>
    public ulong StaticTags { get; init; }

    /// <summary>Kinds of scene in which a static code may count; all unless set.</summary>
    public ushort StaticSceneKinds { get; init; } = (1 << EmergencyGrant.SceneKindCount) - 1;
}
