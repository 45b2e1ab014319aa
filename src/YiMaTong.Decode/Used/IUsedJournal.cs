namespace YiMaTong.Decode.Used;

/// <summary>What was used, beyond the life of the process. Thread-safe but for <see cref="Restore"/>.</summary>
internal interface IUsedJournal
{
    /// <summary>Gives what was used before this start. To be called once, before anything is noted.</summary>
    /// <param name="take">Takes a use; false where there is no room for it.</param>
    /// <returns>
    /// The horizon, in seconds of the Unix epoch: of what was made later, every use is known; what was made then or
    /// before may have been used though it is not known. 0 where every use is known.
    /// </returns>
    uint Restore(Func<UsedRecord, bool> take);

    /// <summary>
    /// Notes a use, before whoever used it is told. Never fails: what the disk does not take waits in memory.
    /// </summary>
    void Note(in UsedRecord record);
}
