using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// How compaction moves a record: an RMW whose input is the address that the log will begin at. A record below it is
/// copied to the tail as it is; one at or above it, which is the newer version of the same subject, stays.
/// </summary>
internal sealed class MoveFunctions : FunctionsBase<ulong, SubjectRecord, long, SubjectRecord, Empty>
{
    public override bool NeedInitialUpdate(
        ref ulong key, ref long input, ref SubjectRecord output, ref RMWInfo rmwInfo) => false;

    public override bool InPlaceUpdater(
        ref ulong key, ref long input, ref SubjectRecord value, ref SubjectRecord output, ref RMWInfo rmwInfo) => true;

    public override bool NeedCopyUpdate(
        ref ulong key, ref long input, ref SubjectRecord oldValue, ref SubjectRecord output, ref RMWInfo rmwInfo) =>
        rmwInfo.Address < input;

    public override bool CopyUpdater(
        ref ulong key, ref long input, ref SubjectRecord oldValue, ref SubjectRecord newValue,
        ref SubjectRecord output, ref RMWInfo rmwInfo)
    {
        newValue = oldValue;
        return true;
    }
}
