using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Segments that are to be read: those of earlier runs by the folder's order, then this run's. Invariants: one that
/// cannot be opened keeps its place for some tries, and is passed over then; it stays on the disk, and each later look
/// at the folder tries it again. What was put aside is not read again in this run. For one thread.
/// </summary>
/// <param name="journal">Where this run writes.</param>
/// <param name="logger">Hears of what cannot be opened.</param>
/// <param name="read">Reads from a file; null for the ordinary way.</param>
internal sealed class SegmentQueue(DecisionJournal journal, ILogger logger, ReadAt? read)
{
    private readonly Queue<Segment> _segments = new();
    private readonly HashSet<Segment> _passedOver = [];
    private readonly HashSet<Segment> _aside = [];
    private Segment? _last;
    private Guid _brokenIn;
    private int _tries;

    /// <summary>
    /// Whether the segment that was opened last goes on where the one opened before it ended. Not where one between
    /// them was passed over, and not where it is one that had been.
    /// </summary>
    public bool Follows { get; private set; }

    /// <summary>Opens the next segment.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="IOException">It cannot be opened now; the next call tries it again.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public SegmentReader? Open()
    {
        if (_segments.Count == 0)
        {
            Look();
        }

        while (_segments.TryPeek(out var segment))
        {
            if (TryOpen(segment) is { } reader)
            {
                _segments.Dequeue();
                _passedOver.Remove(segment);
                GoTo(segment);
                return reader;
            }

            _segments.Dequeue();
            _brokenIn = segment.Journal;
        }

        return null;
    }

    /// <summary>Leaves a segment on the disk that cannot be read whole; a later run tries it again.</summary>
    public void PutAside(Segment segment) => _aside.Add(segment);

    // What this run is about to begin is not there to be read before its first commit. Its journal is the last by
    // identity: after a clock was set back it sorts before what earlier runs left, which would wait until its segment
    // is full.
    private void Look()
    {
        var end = journal.End;
        var found = journal.Folder.Segments();
        foreach (var segment in found.OrderBy(segment => segment.Journal == journal.Journal))
        {
            if (!_aside.Contains(segment)
                && (segment.Journal != journal.Journal
                    || (end is not null && segment.FirstSequence <= end.Segment.FirstSequence)))
            {
                _segments.Enqueue(segment);
            }
        }

        _passedOver.IntersectWith(found);
    }

    private SegmentReader? TryOpen(Segment segment)
    {
        try
        {
            var reader = new SegmentReader(segment, read);
            _tries = 0;
            return reader;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            if (_passedOver.Contains(segment))
            {
                return null;
            }

            if (++_tries < SegmentReader.TriesMax)
            {
                throw;
            }

            _tries = 0;
            _passedOver.Add(segment);
            DecisionLog.PassedOver(logger, Path.GetFileName(segment.Path), e.GetType().Name);
            return null;
        }
    }

    private void GoTo(Segment segment)
    {
        var isSame = _last is not null && _last.Journal == segment.Journal;
        var isLate = isSame && segment.FirstSequence <= _last!.FirstSequence;
        Follows = isSame && !isLate && _brokenIn != segment.Journal;

        // What comes after one that came late goes on where an earlier one ended.
        _brokenIn = isLate ? segment.Journal : _brokenIn == segment.Journal ? default : _brokenIn;
        _last = segment;
    }
}
