namespace YiMaTong.Issuing.Storage;

/// <summary>The one row that says where the feed stands.</summary>
internal sealed class FeedState
{
    public int Id { get; set; } = 1;

    /// <summary>Identity of this database, 16 random bytes.</summary>
    public required byte[] Epoch { get; set; }

    /// <summary>Newest revision. It rises by one per change, in the changing transaction.</summary>
    public long Revision { get; set; }

    /// <summary>Oldest revision from which a reader can still be served.</summary>
    public long TrimmedTo { get; set; }

    /// <summary>Tells whether the seal key at hand is the one that this database was sealed with.</summary>
    public required byte[] SealKeyCheck { get; set; }
}
