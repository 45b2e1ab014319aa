using YiMaTong.Contracts.Audit.V1;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Reads all journals of a folder, oldest first and this run's last, in batches. A batch is given again until it is
/// accepted; a segment is deleted when all of it is accepted and nothing will be added to it. For one thread.
/// </summary>
internal sealed class JournalReader(DecisionJournal journal, ILogger logger) : IDisposable
{
    /// <summary>Most records of a batch, as issuing takes them.</summary>
    public const int BatchMax = 1_000;

    private readonly Queue<Segment> _segments = new();
    private SegmentReader? _reader;
    private DecisionBatch? _pending;
    private (long Sequence, DecisionRecord Record)? _ahead;
    private Guid _journal;
    private long _lastSequence;

    /// <summary>The next batch that was not accepted; null where all is shipped.</summary>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    public DecisionBatch? Next()
    {
        while (_pending is null && Turn())
        {
            // The end is looked at before the file: a segment that was closed by then is whole.
            var end = journal.End;
            var open = end is not null && end.Segment == _reader!.Segment;
            _pending = Fill(_reader!, open ? end!.Length : _reader!.Length);
            if (_pending is null && open)
            {
                return null;
            }

            if (_pending is null)
            {
                Finish(_reader!);
            }
        }

        return _pending;
    }

    /// <summary>Forgets the batch, which is at issuing.</summary>
    public void Accept() => _pending = null;

    /// <inheritdoc />
    public void Dispose() => _reader?.Dispose();

    /// <summary>Goes on to the next segment where none is being read.</summary>
    private bool Turn()
    {
        if (_reader is not null)
        {
            return true;
        }

        // What this run is about to begin is not there to be read before its first commit.
        var end = journal.End;
        if (_segments.Count == 0)
        {
            foreach (var found in journal.Folder.Segments())
            {
                if (found.Journal != journal.Journal
                    || (end is not null && found.FirstSequence <= end.Segment.FirstSequence))
                {
                    _segments.Enqueue(found);
                }
            }
        }

        if (!_segments.TryDequeue(out var segment))
        {
            return false;
        }

        _reader = new SegmentReader(segment);
        if (_journal != segment.Journal)
        {
            (_journal, _lastSequence) = (segment.Journal, segment.FirstSequence - 1);
        }

        return true;
    }

    private DecisionBatch? Fill(SegmentReader reader, long limit)
    {
        var first = 0L;
        var records = new List<DecisionRecord>();
        while (records.Count < BatchMax && TryNext(reader, limit, out var sequence, out var record))
        {
            if (records.Count == 0)
            {
                first = sequence;
            }
            else if (sequence != first + records.Count)
            {
                _ahead = (sequence, record);
                break;
            }

            records.Add(record);
        }

        return records.Count == 0 ? null : new(reader.Segment, first, records);
    }

    private bool TryNext(SegmentReader reader, long limit, out long sequence, out DecisionRecord record)
    {
        if (_ahead is { } ahead)
        {
            (sequence, record) = ahead;
            _ahead = null;
            return true;
        }

        var skipped = reader.SkippedBytes;
        while (reader.TryRead(limit, out sequence, out var read))
        {
            if (sequence <= _lastSequence)
            {
                continue;
            }

            var missing = sequence - _lastSequence - 1;
            if (missing > 0)
            {
                DecisionLog.Damaged(
                    logger, reader.SkippedBytes - skipped, Path.GetFileName(reader.Segment.Path), missing);
            }

            _lastSequence = sequence;
            record = read!;
            return true;
        }

        record = null!;
        return false;
    }

    private void Finish(SegmentReader reader)
    {
        if (reader.SkippedBytes > 0)
        {
            DecisionLog.Skipped(logger, reader.SkippedBytes, Path.GetFileName(reader.Segment.Path));
        }

        journal.Folder.Delete(reader.Segment);
        reader.Dispose();
        _reader = null;
    }
}
