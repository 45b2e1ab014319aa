using YiMaTong.Directory;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Reads all journals of a folder, oldest first and this run's last, in batches. A batch is given again until it is
/// accepted; a segment is deleted when all of it is accepted and nothing will be added to it. One that the disk does
/// not give whole stays, and what it gave is shipped. For one thread at a time.
/// </summary>
/// <param name="journal">Where this run writes.</param>
/// <param name="logger">Hears of damage.</param>
/// <param name="pace">How fast to read; null for as fast as can be.</param>
/// <param name="read">Reads from a file; null for the ordinary way.</param>
internal sealed class JournalReader(
    DecisionJournal journal, ILogger logger, WorkPace? pace = null, ReadAt? read = null) : IDisposable
{
    /// <summary>Most records of a batch, as issuing takes them.</summary>
    public const int BatchMax = 1_000;

    private readonly SegmentQueue _queue = new(journal, logger, read);
    private SegmentReader? _reader;
    private DecisionBatch? _pending;
    private readonly byte[] _message = new byte[RecordMessage.LengthMax];
    private byte[] _records = new byte[BatchMax * 128];
    private (long Sequence, int Length)? _ahead;
    private long _lastSequence;
    private long _skippedBytes;

    /// <summary>The next batch that was not accepted; null where all is shipped.</summary>
    /// <exception cref="IOException">The disk does not give what comes next; the next call tries it again.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
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

        _reader = _queue.Open();
        if (_reader is not null)
        {
            _lastSequence = _queue.Follows ? _lastSequence : _reader.Segment.FirstSequence - 1;
            _skippedBytes = 0;
        }

        return _reader is not null;
    }

    private DecisionBatch? Fill(SegmentReader reader, long limit)
    {
        var (first, count, length) = (0L, 0, 0);
        while (count < BatchMax && TryNext(reader, limit, count > 0, out var sequence, out var written))
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

    /// <summary>
    /// Reads the next record. A place that the disk does not give ends a batch like the end of what is there: the
    /// records before it were read and would not come again.
    /// </summary>
    private bool TryNext(SegmentReader reader, long limit, bool hasRecords, out long sequence, out int written)
    {
        try
        {
            return TryNext(reader, limit, out sequence, out written);
        }
        catch (IOException) when (hasRecords)
        {
            (sequence, written) = (0, 0);
            return false;
        }
    }

    private bool TryNext(SegmentReader reader, long limit, out long sequence, out int written)
    {
        if (_ahead is { } ahead)
        {
            (sequence, written) = ahead;
            _ahead = null;
            return true;
        }

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
                    logger, reader.SkippedBytes - _skippedBytes, Path.GetFileName(reader.Segment.Path), missing);
            }

            (_lastSequence, _skippedBytes) = (sequence, reader.SkippedBytes);
            return true;
        }

        return false;
    }

    private void Finish(SegmentReader reader)
    {
        var name = Path.GetFileName(reader.Segment.Path);
        var (unreadable, skipped) = (reader.UnreadableBytes, reader.SkippedBytes - reader.UnreadableBytes);
        if (unreadable > 0)
        {
            // What the disk does not give today it may give tomorrow, or to somebody's tools.
            _queue.PutAside(reader.Segment);
            journal.Folder.CountUnreadable(unreadable);
            DecisionLog.Unreadable(logger, unreadable, name);
        }
        else
        {
            journal.Folder.Delete(reader.Segment);
        }

        if (skipped > 0)
        {
            DecisionLog.Skipped(logger, skipped, name);
        }

        reader.Dispose();
        _reader = null;
    }
}
