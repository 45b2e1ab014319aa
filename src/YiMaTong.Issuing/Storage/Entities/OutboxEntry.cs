namespace YiMaTong.Issuing.Storage;

/// <summary>
/// One change of the feed: which entity changed at which revision. Its content is read when it is sent.
/// </summary>
internal sealed class OutboxEntry
{
    public long Revision { get; set; }

    public FeedEntity Kind { get; set; }

    /// <summary>Key of the entity: a subject's row id, a scene's id, a key's number.</summary>
    public required string Key { get; set; }

    public DateTimeOffset CommittedAt { get; set; }
}
