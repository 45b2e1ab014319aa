using YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Decode.Feed;

/// <summary>Tells whether a change is the very next one.</summary>
internal static class ChangeOrder
{
    /// <summary>What is wrong with a change; empty where it follows on what is applied.</summary>
    public static string Fault(Change change, ulong applied) => change switch
    {
        { Revision: var revision } when revision > applied + 1 => $"a gap: revision {revision} after {applied}",
        { Revision: var revision } when revision <= applied => $"a repetition: revision {revision} after {applied}",
        { Entity: null } => $"revision {change.Revision} is empty",
        { Entity.Revision: var revision } when revision < change.Revision =>
            $"revision {change.Revision} brought an entity of revision {revision}",
        _ => "",
    };
}
