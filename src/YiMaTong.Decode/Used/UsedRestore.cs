namespace YiMaTong.Decode.Used;

/// <summary>What a file from before the start tells.</summary>
/// <param name="Summary">What is in it.</param>
/// <param name="Horizon">Up to when what was made and is not known as used may have been used; 0 where all is
/// known.</param>
/// <param name="IsOver">Whether all that is in it was used long ago.</param>
internal readonly record struct UsedRestore(UsedFileSummary Summary, uint Horizon, bool IsOver)
{
    private const int AheadSecondsMax = 3_600;

    /// <summary>Reads a file at the start.</summary>
    /// <param name="file">The file.</param>
    /// <param name="nowMs">The clock, in milliseconds of the Unix epoch.</param>
    /// <param name="life">How long a use is kept at the least.</param>
    /// <param name="aheadSeconds">How far in the future what is used may have been made, as it says itself.</param>
    /// <param name="take">Takes a use; false where there is no room for it.</param>
    public static UsedRestore From(
        UsedFileName file, long nowMs, TimeSpan life, int aheadSeconds, Func<UsedRecord, bool> take)
    {
        var summary = UsedFileReader.Read(file);
        var horizon = summary.Horizon;
        if (summary.Damaged > 0)
        {
            horizon = Math.Max(Math.Max(horizon, summary.NewestMadeAt), WrittenBefore(file, nowMs, aheadSeconds));
        }

        // A clock that was put forward makes files look old; the horizon keeps what they tell all the same.
        if (nowMs - summary.LastUsedMs > 2 * (long)life.TotalMilliseconds)
        {
            return new(summary, Math.Max(horizon, summary.NewestMadeAt), IsOver: true);
        }

        UsedFileReader.Read(file, use => horizon = take(use) ? horizon : Math.Max(horizon, use.MadeAt));
        return new(summary, horizon, IsOver: false);
    }

    /// <summary>
    /// When the newest of what is damaged may have been made: the file was written last when that was used. A time far
    /// ahead is not believed, or nothing would ever be made later.
    /// </summary>
    private static uint WrittenBefore(UsedFileName file, long nowMs, int aheadSeconds)
    {
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(file.Path)).ToUnixTimeSeconds() + aheadSeconds;
        return (uint)Math.Clamp(written, 0, (nowMs / 1_000) + AheadSecondsMax);
    }
}
