using YiMaTong.Directory;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Reads all journals of a folder, oldest first and this run's last, in batches. A batch is given again until it is
/// accepted; a segment is deleted when all of it is accepted and nothing will be added to it. For one thread at a time.
/// </summary>
/// <param name="journal">Where this run writes.</param>
/// <param name="logger">Hears of damage.</param>
/// <param name="pace">How fast to read; null for as fast as can be.</param>
internal sealed class JournalReader(DecisionJournal journal, ILogger logger, WorkPace? pace = null) : IDisposable
{
    /// <summary>Most records of a batch, as issuing takes them.</summary>
    public const int BatchMax = 1_000;

    private readonly Queue<Segment> _segments = new();
    private SegmentReader? _reader;
    private DecisionBatch? _pending;
    private readonly byte[] _message = new byte[RecordMessage.LengthMax];
    private byte[] _records = new byte[BatchMax * 128];
    private (long Sequence, int Length)? _ahead;
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
        var (first, count, length) = (0L, 0, 0);
        while (count < BatchMax && TryNext(reader, limit, out var sequence, out var written))
        {
            if (count == 0)
            {
                first = sequence;
            }
            else if (sequence != first + count)
            {
                // Its message stays where it is until the next batch begins with it.
                _ahead = (sequence, written);
                break;
            }

            if (_records.Length - length < 2 * RecordMessage.LengthMax)
            {
                Array.Resize(ref _records, 2 * _records.Length);
            }

            length += RecordMessage.Field(
                _records.AsSpan(length), DecisionBatch.RecordsField, _message.AsSpan(0, written));
            count++;
            pace?.Step();
        }

        return count == 0 ? null : new(reader.Segment, first, count, _records.AsMemory(0, length));
    }

    private bool TryNext(SegmentReader reader, long limit, out long sequence, out int written)
    {
        if (_ahead is { } ahead)
        {
            (sequence, written) = ahead;
            _ahead = null;
            return true;
        }

        var skipped = reader.SkippedBytes;
        while (reader.TryRead(limit, _message, out sequence, out written))
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
            return true;
        }

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
