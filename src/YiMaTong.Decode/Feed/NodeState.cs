namespace YiMaTong.Decode.Feed;

/// <summary>
/// How far the node has followed the feed. Immutable; the newest is <see cref="NodeStatus.Current"/>.
/// </summary>
/// <param name="Epoch">Identity of the database that the node follows; 0 before the first snapshot.</param>
/// <param name="Revision">Everything up to this revision is applied.</param>
/// <param name="ConfirmedAt">Monotonic timestamp at which the node last heard that this revision was the
/// newest, or <see cref="NeverConfirmed"/>.</param>
/// <param name="Complete">Whether the node may say that something does not exist.</param>
/// <param name="Generation">Rises each time the node forgets all: answers begun in another generation do not
/// stand.</param>
internal sealed record NodeState(UInt128 Epoch, ulong Revision, long ConfirmedAt, bool Complete, int Generation)
{
    /// <summary>No time: nothing was heard, or when it was cannot be told.</summary>
    public const long NeverConfirmed = long.MinValue;

    /// <summary>A node that has heard nothing.</summary>
    public static NodeState Empty { get; } = new(0, 0, NeverConfirmed, false, 0);
}
