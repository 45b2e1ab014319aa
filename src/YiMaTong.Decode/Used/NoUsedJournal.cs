namespace YiMaTong.Decode.Used;

/// <summary>Keeps nothing.</summary>
internal sealed class NoUsedJournal : IUsedJournal
{
    /// <inheritdoc />
    public uint Restore(Func<UsedRecord, bool> take) => 0;

    /// <inheritdoc />
    public void Note(in UsedRecord record)
    {
        // There is nowhere to keep it.
    }
}
