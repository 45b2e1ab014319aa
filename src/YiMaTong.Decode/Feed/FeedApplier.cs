using System.Buffers.Binary;
using Google.Protobuf;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Directory.Snapshots;

namespace YiMaTong.Decode.Feed;

/// <summary>
/// The feed's protocol without its network: frames in, decisions out, data applied. Strict: whatever does not continue
/// exactly where the node stands is answered by a snapshot, never by a guess. Invariants: one caller at a time; the
/// published revision never rests on a change that was not applied; while the node is complete it stays complete
/// through any resync of the same history, because every entity in the feed is true by itself.
/// </summary>
internal sealed class FeedApplier(
    NodeContent content,
    NodeStatus status,
    TimeProvider time,
    ILogger<FeedApplier> logger)
{
    private const int EpochBytes = 16;

    private readonly FeedClock _clock = new(time);
    private SnapshotBegin? _begin;
    private long _askedAt;
    private ulong _received;
    private bool _directoryLost;

    /// <summary>Whether the node must take a snapshot before it can watch.</summary>
    public bool NeedsSnapshot { get; private set; } = true;

    /// <summary>
    /// Whether the directory lost what it held, at a change or at a lookup: the disk under its overflow file is full or
    /// damaged. The node then answers nothing, and says so.
    /// </summary>
    public bool DirectoryIsLost()
    {
        if (!_directoryLost && (CatchingUp || status.Current.Complete) && !content.IsComplete)
        {
            Lose();
        }

        return _directoryLost;
    }

    /// <summary>
    /// Whether the node holds a whole snapshot file, and waits for the changes since: a code that was revoked before
    /// the restart must not be honoured after it, where that can be helped.
    /// </summary>
    public bool CatchingUp { get; private set; }

    /// <summary>Ends the wait: the node answers from what it holds.</summary>
    public void Serve()
    {
        if (CatchingUp)
        {
            CatchingUp = false;
            status.Publish(status.Current with { Complete = true });
        }
    }

    /// <summary>
    /// Fills the node from a snapshot file of its own, whatever it held before. It answers once it has caught up with
    /// the feed, or from <see cref="Serve"/> on.
    /// </summary>
    /// <param name="snapshot">The file, at its beginning.</param>
    /// <param name="ageMs">Age of what it holds.</param>
    /// <param name="cancellation">Ends the filling; the node is then of no use.</param>
    /// <returns>Whether the node holds the whole file; otherwise it is empty.</returns>
    /// <exception cref="IOException">The directory cannot keep it.</exception>
    public bool Restore(SnapshotReader snapshot, long ageMs, CancellationToken cancellation)
    {
        var header = snapshot.Header;
        var generation = status.Current.Generation + 1;
        NeedsSnapshot = true;
        CatchingUp = false;
        status.Publish(NodeState.Empty with { Generation = generation });
        Clear();
        try
        {
            if (!content.ReadAll(snapshot, cancellation))
            {
                Clear();
                return false;
            }
        }
        catch (IOException)
        {
            Lose();
            throw;
        }

        content.Complete();
        status.Publish(new(header.Epoch, header.Revision, status.ConfirmedAt(ageMs), Complete: false, generation));
        NeedsSnapshot = false;
        CatchingUp = true;
        return true;
    }

    /// <summary>Where to resume watching. Meaningful while <see cref="NeedsSnapshot"/> is false.</summary>
    public WatchRequest ResumePoint()
    {
        var epoch = new byte[EpochBytes];
        BinaryPrimitives.WriteUInt128BigEndian(epoch, status.Current.Epoch);
        return new() { Epoch = ByteString.CopyFrom(epoch), FromRevision = status.Current.Revision };
    }

    /// <summary>Starts a watch, whose request is to be sent now.</summary>
    public WatchRequest StartWatch()
    {
        _clock.Start();
        return ResumePoint();
    }

    /// <summary>Leaves the place in the feed: the next stream is a snapshot.</summary>
    public FeedVerdict RequireSnapshot(string reason)
    {
        Serve();
        NeedsSnapshot = true;
        return new(FeedAction.Resync, reason);
    }

    /// <summary>Starts reading a stream of snapshot frames, whatever was left of an earlier one.</summary>
    public void StartSnapshot()
    {
        Serve();
        NeedsSnapshot = true;
        _begin = null;
        _received = 0;

        // What the snapshot holds was the newest at some time after it was asked for; its frames may come late.
        _askedAt = time.GetTimestamp();
    }

    /// <summary>Takes one frame of a snapshot.</summary>
    public FeedVerdict Accept(SnapshotResponse frame)
    {
        switch (frame.FrameCase)
        {
            case SnapshotResponse.FrameOneofCase.Begin:
                return _begin is null ? Begin(frame.Begin) : RequireSnapshot("a snapshot began twice");
            case SnapshotResponse.FrameOneofCase.Batch when _begin is not null:
                foreach (var entity in frame.Batch.Entities)
                {
                    Apply(entity);
                }

                _received += (ulong)frame.Batch.Entities.Count;
                return default;
            case SnapshotResponse.FrameOneofCase.End when _begin is not null:
                return End(_begin, frame.End.Count);
            case SnapshotResponse.FrameOneofCase.None:
                return RequireSnapshot("a snapshot frame is empty");
            default:
                return RequireSnapshot("a snapshot did not start with its begin frame");
        }
    }

    /// <summary>Takes one frame of the watch stream.</summary>
    public FeedVerdict Accept(WatchResponse frame) => frame.FrameCase switch
    {
        _ when DirectoryIsLost() => RequireSnapshot("the directory lost what it held"),
        WatchResponse.FrameOneofCase.Changes => Changes(frame.Changes),
        WatchResponse.FrameOneofCase.Heartbeat => Hear(frame.Heartbeat),
        WatchResponse.FrameOneofCase.Resync => RequireSnapshot($"issuing says \"{frame.Resync.Reason}\""),
        _ => RequireSnapshot("a watch frame is empty"),
    };

    private FeedVerdict Begin(SnapshotBegin begin)
    {
        if (begin.Epoch.Length != EpochBytes)
        {
            return RequireSnapshot($"the epoch has {begin.Epoch.Length} bytes");
        }

        _begin = begin;
        var state = status.Current;
        var epoch = BinaryPrimitives.ReadUInt128BigEndian(begin.Epoch.Span);
        if (!state.Complete || state.Epoch != epoch)
        {
            Forget(state, epoch, state.Complete ? "issuing has another epoch" : "no snapshot was whole yet");
        }
        else if (begin.Revision < state.Revision)
        {
            // The same database with less history was restored from a backup; what is held may never have happened.
            Forget(state, epoch, "issuing went back in time");
        }

        return default;
    }

    private FeedVerdict End(SnapshotBegin begin, ulong count)
    {
        if (count != _received)
        {
            return RequireSnapshot($"a snapshot of {count} entities brought {_received}");
        }

        content.Complete();
        status.Publish(status.Current with { Revision = begin.Revision, ConfirmedAt = _askedAt, Complete = true });
        NeedsSnapshot = false;
        _begin = null;
        Log.SnapshotApplied(logger, begin.Revision, content.Subjects);
        return new(FeedAction.SnapshotDone);
    }

    private FeedVerdict Changes(ChangeBatch batch)
    {
        var revision = status.Current.Revision;
        var fault = "";
        foreach (var change in batch.Changes)
        {
            fault = ChangeOrder.Fault(change, revision);
            if (fault.Length > 0)
            {
                break;
            }

            Apply(change.Entity);
            revision = change.Revision;
        }

        // What came before a fault continued the history and stands.
        content.Commit();
        if (revision != status.Current.Revision)
        {
            status.Publish(status.Current with { Revision = revision });
        }

        return fault.Length == 0 ? default : RequireSnapshot(fault);
    }

    private FeedVerdict Hear(Heartbeat heartbeat)
    {
        var (state, newest) = (status.Current, heartbeat.Revision);
        var lookedAt = _clock.Hear(heartbeat.LookedAtMs);
        if (newest < state.Revision)
        {
            return RequireSnapshot($"the newest revision is {newest}, the node has {state.Revision}");
        }

        // A node that is behind grows older until the changes arrive.
        if (newest > state.Revision)
        {
            return default;
        }

        CatchingUp = false;
        status.Publish(state with { ConfirmedAt = Math.Max(state.ConfirmedAt, lookedAt), Complete = true });
        return _clock.IsWorn ? new(FeedAction.Renew) : default;
    }

    private void Forget(NodeState state, UInt128 epoch, string reason)
    {
        status.Publish(new(epoch, 0, state.ConfirmedAt, Complete: false, state.Generation + 1));
        if (state.Generation > 0 || _directoryLost)
        {
            Clear();
            Log.Cleared(logger, reason);
        }
    }

    private void Clear()
    {
        content.Clear();
        _directoryLost = false;
    }

    private void Lose()
    {
        _directoryLost = true;
        CatchingUp = false;
        NeedsSnapshot = true;
        status.Publish(status.Current with { Complete = false });
    }

    /// <summary>
    /// A directory that cannot keep a record (a full disk under its overflow file) answers nothing any more until it is
    /// cleared. The node says so at once, and the next snapshot starts from an empty one.
    /// </summary>
    private void Apply(Entity entity)
    {
        try
        {
            content.Apply(entity);
        }
        catch (IOException)
        {
            Lose();
            throw;
        }
    }
}
