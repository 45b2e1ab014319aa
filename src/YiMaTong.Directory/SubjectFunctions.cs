using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>
/// How FASTER reads and changes records. A change is an RMW whose input is the new record: FASTER holds the record's
/// lock while it overwrites in place and while it copies for a reader, and where the record has left the mutable region
/// it copies the new one to the tail.
/// </summary>
internal sealed class SubjectFunctions : FunctionsBase<ulong, SubjectRecord, SubjectRecord, SubjectRecord, Empty>
{
    public override bool SingleReader(
        ref ulong key, ref SubjectRecord input, ref SubjectRecord value, ref SubjectRecord dst, ref ReadInfo readInfo)
    {
        dst = value;
        return true;
    }

    public override bool ConcurrentReader(
        ref ulong key, ref SubjectRecord input, ref SubjectRecord value, ref SubjectRecord dst, ref ReadInfo readInfo)
    {
        dst = value;
        return true;
    }

    public override bool InitialUpdater(
        ref ulong key, ref SubjectRecord input, ref SubjectRecord value, ref SubjectRecord output, ref RMWInfo rmwInfo)
    {
        value = input;
        return true;
    }

    public override bool InPlaceUpdater(
        ref ulong key, ref SubjectRecord input, ref SubjectRecord value, ref SubjectRecord output, ref RMWInfo rmwInfo)
    {
        if (input.Revision >= value.Revision)
        {
            value = input;
        }

        return true;
    }

    public override bool NeedCopyUpdate(
        ref ulong key, ref SubjectRecord input, ref SubjectRecord oldValue, ref SubjectRecord output,
        ref RMWInfo rmwInfo) =>
        input.Revision >= oldValue.Revision;

    public override bool CopyUpdater(
        ref ulong key, ref SubjectRecord input, ref SubjectRecord oldValue, ref SubjectRecord newValue,
        ref SubjectRecord output, ref RMWInfo rmwInfo)
    {
        newValue = input;
        return true;
    }
}
