using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Snapshots;
using YiMaTong.Directory;
using YiMaTong.Directory.Snapshots;

namespace YiMaTong.Decode.Feed;

/// <summary>
/// All that the node holds, as the feed's entities come: subjects in the directory, the rest in the registry, and
/// beside it as it came, for snapshots. Called by the feed alone.
/// </summary>
internal sealed class NodeContent(
    ISubjectDirectory directory, NodeRegistry registry, HeldEntities entities, ILogger<NodeContent> logger)
{
    /// <summary>Number of subjects held.</summary>
    public long Subjects => directory.Count;

    /// <summary>Whether the directory holds everything, and its disk has not failed.</summary>
    public bool IsComplete => directory.IsComplete;

    /// <summary>Applies an entity, unless what is held is newer.</summary>
    /// <exception cref="IOException">The directory cannot keep it, and answers nothing until it is cleared.</exception>
    public void Apply(Entity entity)
    {
        if (entity.KindCase != Entity.KindOneofCase.Subject)
        {
            registry.Apply(entity);
            entities.Apply(entity);
        }
        else if (entity.Subject.Handle == 0)
        {
            Log.BadEntity(logger, "subject", "", entity.Revision, "its handle is 0");
        }
        else
        {
            var record = SubjectRecords.Read(entity.Revision, entity.Subject, out var fault);
            if (fault is not null)
            {
                Log.BadEntity(logger, "subject", "", entity.Revision, fault);
            }

            directory.Apply(entity.Subject.Handle, record);
        }
    }

    /// <summary>Applies all that is in a snapshot file.</summary>
    /// <returns>Whether the file was whole to its end; otherwise part of it may be applied.</returns>
    /// <exception cref="IOException">The directory cannot keep it.</exception>
    /// <exception cref="OperationCanceledException">The process stops.</exception>
    public bool ReadAll(SnapshotReader snapshot, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (snapshot.ReadBlock())
            {
                case SnapshotBlock.Subjects:
                    foreach (ref readonly var entry in snapshot.Subjects)
                    {
                        directory.Apply(entry.Handle, entry.Record);
                    }

                    break;
                case SnapshotBlock.Entities:
                    foreach (var entity in EntityBatch.Parser.ParseFrom(snapshot.Entities).Entities)
                    {
                        Apply(entity);
                    }

                    break;
                case SnapshotBlock.End:
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>Shows what was applied.</summary>
    public void Commit() => registry.Commit();

    /// <summary>Shows what was applied, and says that it is everything.</summary>
    public void Complete()
    {
        registry.Commit();
        directory.MarkComplete();
    }

    /// <summary>Forgets everything.</summary>
    /// <exception cref="IOException">The directory's new file cannot be made.</exception>
    public void Clear()
    {
        directory.Clear();
        registry.Clear();
        entities.Clear();
    }
}
