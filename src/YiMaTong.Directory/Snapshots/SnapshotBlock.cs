namespace YiMaTong.Directory.Snapshots;

/// <summary>What a read of a snapshot file found.</summary>
public enum SnapshotBlock : byte
{
    /// <summary>The file is not as it was written, or cannot be read: nothing of it may be used.</summary>
    Damaged = 0,

    /// <summary>Subjects.</summary>
    Subjects = 1,

    /// <summary>Other entities, in the caller's own encoding.</summary>
    Entities = 2,

    /// <summary>The end; the whole file is as it was written.</summary>
    End = 3,
}
