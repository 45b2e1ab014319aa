using YiMaTong.Codes.Storage;
using YiMaTong.Decode.Feed;

namespace YiMaTong.Decode.Snapshots;

/// <summary>
/// Fills the node from its newest snapshot file that is whole, or an older one, or not at all. Called by the feed's
/// client only, which is the one writer of the node's data.
/// </summary>
internal sealed class SnapshotRestorer(
    SnapshotStore store, FeedApplier applier, DataAge age, ILogger<SnapshotRestorer> logger)
{
    /// <summary>Longest wait of a restored node for the changes since its snapshot.</summary>
    public TimeSpan CatchUp => store.CatchUp;

    /// <summary>Restores the node, which answers once <see cref="FeedApplier.Serve"/> is called.</summary>
    /// <exception cref="OperationCanceledException">The process stops.</exception>
    /// <returns>Whether it now holds a whole snapshot.</returns>
    public bool TryRestore(CancellationToken cancellation)
    {
        if (!store.Enabled)
        {
            return false;
        }

        try
        {
            var folder = store.Open();
            foreach (var file in folder.List())
            {
                using var reader = folder.TryOpen(file);
                var ageMs = age.Of(file.Header);
                if (reader is not null && applier.Restore(reader, ageMs, cancellation))
                {
                    SnapshotLog.Restored(logger, file.Header.Revision, reader.SubjectCount, ageMs);
                    return true;
                }

                folder.Distrust(file);
                SnapshotLog.Damaged(logger, file.Path);
            }
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            SnapshotLog.Unreadable(logger, e.Message);
        }

        return false;
    }
}
