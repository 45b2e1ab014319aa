using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Decisions;

/// <summary>One answer as the journal keeps it. No code, name or number is in it.</summary>
internal struct DecisionEntry
{
    /// <summary>Number of the decision; 0 where none was made.</summary>
    public UInt128 DecisionId;

    /// <summary>Milliseconds of the Unix epoch at which the node answered.</summary>
    public long AtMs;

    /// <summary>The citizen's handle; 0 where the code did not open.</summary>
    public ulong Handle;

    /// <summary>Tags told.</summary>
    public ulong Tags;

    /// <summary>Revision of the feed that the answer rests on.</summary>
    public ulong DataRevision;

    /// <summary>Merchant, device and scene.</summary>
    public DecisionPlace Place;

    /// <summary>Digits of the return code that was told.</summary>
    public ushort Told;

    /// <summary>Digits of the return code that it was.</summary>
    public ushort Cause;

    /// <summary>What the gate was told to do.</summary>
    public Decision Decision;

    /// <summary>Type of the code; 0 where it did not open.</summary>
    public byte CodeType;

    /// <summary>Fields told.</summary>
    public byte Fields;
}
