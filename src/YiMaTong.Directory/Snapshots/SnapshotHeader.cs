namespace YiMaTong.Directory.Snapshots;

/// <summary>What a snapshot file says of itself; sealed, so that it is as the node wrote it.</summary>
public sealed record SnapshotHeader
{
    /// <summary>Identity of issuing's database.</summary>
    public required UInt128 Epoch { get; init; }

    /// <summary>Everything up to this revision is in the file; some of it may be newer.</summary>
    public required ulong Revision { get; init; }

    /// <summary>One more than that of the file before: the newest file has the highest.</summary>
    public ulong Sequence { get; init; }

    /// <summary>
    /// Milliseconds of the Unix epoch at which the node last heard that the revision was the newest; 0 for unknown.
    /// </summary>
    public long ConfirmedAtMs { get; init; }

    /// <summary>Identity of the machine's boot at that time; empty for unknown.</summary>
    public Guid Boot { get; init; }

    /// <summary>Milliseconds of the monotonic clock at that time, comparable within one boot.</summary>
    public long ConfirmedUptimeMs { get; init; }
}
