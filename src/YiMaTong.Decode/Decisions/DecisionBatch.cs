using YiMaTong.Contracts.Audit.V1;

namespace YiMaTong.Decode.Decisions;

/// <summary>A run of records without a gap, of one segment.</summary>
/// <param name="Segment">Where they are.</param>
/// <param name="FirstSequence">Sequence of the first.</param>
/// <param name="Records">The records.</param>
internal sealed record DecisionBatch(Segment Segment, long FirstSequence, IReadOnlyList<DecisionRecord> Records)
{
    /// <summary>Sequence of the last.</summary>
    public long LastSequence => FirstSequence + Records.Count - 1;
}
