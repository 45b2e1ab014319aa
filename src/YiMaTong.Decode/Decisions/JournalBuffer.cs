namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Records that are made and not yet on the disk: kept, with their sequences, until a write of all of them succeeds.
/// For one thread.
/// </summary>
internal sealed class JournalBuffer(Guid journal)
{
    private readonly uint _seed = RecordFormat.SeedOf(journal);
    private readonly byte[] _bytes = new byte[512 * 1024];
    private int _length;
    private long _nextSequence = 1;

    /// <summary>Sequence of the first record held, or of the next one.</summary>
    public long FirstSequence { get; private set; } = 1;

    /// <summary>The records.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Number of decisions held.</summary>
    public int Decisions { get; private set; }

    /// <summary>Whether another record fits.</summary>
    public bool HasRoom => _bytes.Length - _length >= RecordFormat.LengthMax;

    /// <summary>Adds a decision.</summary>
    public void Add(in DecisionEntry entry)
    {
        _length += RecordFormat.Write(_bytes.AsSpan(_length), _seed, _nextSequence++, entry);
        Decisions++;
    }

    /// <summary>Adds a loss.</summary>
    public void Add(in Loss loss) =>
        _length += RecordFormat.Write(_bytes.AsSpan(_length), _seed, _nextSequence++, loss);

    /// <summary>Forgets the records, which are written.</summary>
    public void Clear()
    {
        _length = 0;
        Decisions = 0;
        FirstSequence = _nextSequence;
    }
}
