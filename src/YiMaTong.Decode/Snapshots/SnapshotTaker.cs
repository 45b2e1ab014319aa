using Google.Protobuf;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Directory;
using YiMaTong.Directory.Snapshots;

namespace YiMaTong.Decode.Snapshots;

/// <summary>
/// Writes what the node holds into a file, while it serves and follows the feed. The file states the revision that was
/// published before anything was read: all up to it is in, and what is newer is an entity that is true by itself, so
/// that applying the changes after the revision again ends in the same state. One caller at a time.
/// </summary>
internal sealed class SnapshotTaker(
    ISubjectDirectory directory, HeldEntities entities, NodeStatus status, DataAge age, SnapshotStore store)
{
    // A change of the directory waits while a batch is read: about 0.1 ms from memory. Between batches the work rests,
    // and a block is sealed and written in 0.1 ms: nothing here keeps a processor for longer than a piece of the pace.
    private const int BatchSubjects = 128;
    private const int BlockSubjects = 16 * BatchSubjects;
    private const int EntityBlockBytes = 256 << 10;

    /// <summary>Writes a snapshot.</summary>
    /// <param name="cancellation">Ends the writing; what was there stays.</param>
    /// <param name="pace">How fast; null for as fast as can be.</param>
    /// <returns>Header and number of subjects; null where the node holds nothing whole to write.</returns>
    /// <exception cref="IOException">It cannot be written, or the directory failed meanwhile.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder refuses it.</exception>
    public (SnapshotHeader Header, ulong Subjects)? Take(CancellationToken cancellation, WorkPace? pace = null)
    {
        var state = status.Current;
        if (!state.Complete)
        {
            return null;
        }

        var subjects = 0UL;
        var header = store.Open().Write(age.Stamp(state), writer =>
        {
            WriteEntities(writer);
            WriteSubjects(writer, pace ?? WorkPace.Full, cancellation);
            subjects = writer.Subjects;
            if (status.Current.Generation != state.Generation || !status.Current.Complete)
            {
                throw new IOException("the node forgot what it held while the snapshot was written");
            }
        }, pace);
        return (header, subjects);
    }

    private void WriteEntities(SnapshotWriter writer)
    {
        var batch = new EntityBatch();
        var bytes = 0;
        foreach (var entity in entities.Capture())
        {
            bytes += entity.CalculateSize() + 8;
            batch.Entities.Add(entity);
            if (bytes >= EntityBlockBytes)
            {
                Write(writer, batch);
                bytes = 0;
            }
        }

        Write(writer, batch);
    }

    private static void Write(SnapshotWriter writer, EntityBatch batch)
    {
        if (batch.CalculateSize() > SnapshotWriter.EntityBytesMax)
        {
            throw new IOException("an entity is larger than a snapshot's block");
        }

        writer.WriteEntities(batch.ToByteArray());
        batch.Entities.Clear();
    }

    private void WriteSubjects(SnapshotWriter writer, WorkPace pace, CancellationToken cancellation)
    {
        var block = new SubjectEntry[BlockSubjects];
        using var cursor = directory.Scan();
        int read;
        do
        {
            var filled = 0;
            do
            {
                cancellation.ThrowIfCancellationRequested();
                read = cursor.Read(block.AsSpan(filled, BatchSubjects));
                filled += read;
                pace.Step();
            }
            while (read == BatchSubjects && filled < block.Length);

            writer.WriteSubjects(block.AsSpan(0, filled));
        }
        while (read == BatchSubjects);
    }
}
