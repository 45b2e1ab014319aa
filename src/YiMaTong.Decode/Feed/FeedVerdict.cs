namespace YiMaTong.Decode.Feed;

/// <summary>What the reader of the feed does after a frame.</summary>
internal enum FeedAction : byte
{
    /// <summary>Reads the next frame.</summary>
    Continue,

    /// <summary>Has a whole snapshot; goes on to watch.</summary>
    SnapshotDone,

    /// <summary>Leaves the stream and watches on from where the node stands, on a new one.</summary>
    Renew,

    /// <summary>Leaves the stream and takes a snapshot.</summary>
    Resync,
}

/// <summary>A decision about one frame.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Reason">Why a snapshot must be taken, for the log; else empty.</param>
internal readonly record struct FeedVerdict(FeedAction Action, string Reason = "");
