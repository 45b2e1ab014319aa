using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Registry;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Engine;

/// <summary>The answer to one scan, filled in place. Only what the code and the bits allow may be passed on.</summary>
internal struct DecodeOutcome
{
    /// <summary>What the caller is told.</summary>
    public PyCode Code;

    /// <summary>What it was, for metrics: differs from <see cref="Code"/> for merchants without entitlement.</summary>
    public PyCode Cause;

    /// <summary>What the gate does.</summary>
    public Decision Decision;

    /// <summary>Type of the code; 0 unless permitted.</summary>
    public byte Type;

    /// <summary>Tags that may be told; 0 unless permitted.</summary>
    public ulong Tags;

    /// <summary>Fields that may be told; 0 unless permitted.</summary>
    public byte Fields;

    /// <summary>Whether full tags are left out though asked for, because the node is under load.</summary>
    public bool Degraded;

    /// <summary>Milliseconds after which to come again; 0 for no hint.</summary>
    public uint RetryAfterMs;

    /// <summary>Number of the decision; 0 where none was made.</summary>
    public UInt128 DecisionId;

    /// <summary>Revision of the feed that the answer rests on.</summary>
    public ulong DataRevision;

    /// <summary>Age of that revision in milliseconds.</summary>
    public long DataAgeMs;

    /// <summary>The catalogue that the tags belong to.</summary>
    public Catalogue Catalogue;

    /// <summary>
    /// The subject's record, for the starred name and number. Meaningful where <see cref="Fields"/> is not 0.
    /// </summary>
    public SubjectRecord Subject;
}
