using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Win32.SafeHandles;
using YiMaTong.Decode.Used;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>
/// A journal of uses, tended by hand, on a disk that refuses what a test says. What it tells is held against what a
/// node knows that starts on the same files. For one thread.
/// </summary>
internal sealed class FaultyDisk : IDisposable
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(120);
    public static readonly uint Now = (uint)Node.Start.ToUnixTimeSeconds();

    private static readonly TimeSpan HeldAfter = TimeSpan.FromSeconds(1);
    private readonly TempDirectory _folder = new("yimatong-used-");
    private readonly RecordingLogs _logs = new();
    private readonly WriteTurns _turns;
    private readonly List<UsedRecord> _told = [];

    public FaultyDisk()
    {
        _turns = new(1, HeldAfter, Time);
        Journal = Open(new(_folder.Path, _turns, Write, _ => Refuse(RefusesNames), Sync));
        _ = Journal.Restore(_ => true);
    }

    public FakeTimeProvider Time { get; } = new(Node.Start);

    public UsedJournal Journal { get; }

    /// <summary>Writes that the disk takes before it refuses all; null where it takes whatever comes.</summary>
    public int? Takes { get; set; }

    /// <summary>Whether it refuses to sync files.</summary>
    public bool RefusesSyncs { get; set; }

    /// <summary>Whether it refuses to sync the folder.</summary>
    public bool RefusesNames { get; set; }

    /// <summary>Called once, before a write.</summary>
    public Action? BeforeWrite { get; set; }

    /// <summary>Tells a use.</summary>
    public void Tell(int code, uint madeAt)
    {
        var record = new UsedRecord((UInt128)code, 1, 1, madeAt, Time.GetUtcNow().ToUnixTimeMilliseconds());
        Journal.Note(record);
        _told.Add(record);
    }

    /// <summary>Tells uses while the disk holds a write: they wait in memory, and the file stays as it is.</summary>
    public void TellHeld(int first, int count)
    {
        Assert.True(_turns.TryEnter(out var turn));
        Time.Advance(2 * HeldAfter);
        for (var code = first; code < first + count; code++)
        {
            Tell(code, Now);
        }

        _turns.Leave(turn);
    }

    /// <summary>Uses in the files, and the newest horizon there.</summary>
    public (int Uses, uint Horizon) Read()
    {
        var (known, horizon) = (new HashSet<UInt128>(), 0U);
        foreach (var file in UsedFileName.Of(_folder.Path, "codes"))
        {
            horizon = Math.Max(horizon, UsedFileReader.Read(file, use => known.Add(use.Key)).Horizon);
        }

        return (known.Count, horizon);
    }

    /// <summary>
    /// Kills the node, starts another on its files, and finds that nothing is forgotten, unless the alarm stood.
    /// </summary>
    /// <returns>How many uses are forgotten.</returns>
    public int CheckRestart()
    {
        using var copy = new TempDirectory("yimatong-used-");
        foreach (var file in UsedFileName.Of(_folder.Path, "codes"))
        {
            File.Copy(file.Path, copy.Combine(Path.GetFileName(file.Path)));
        }

        var known = new HashSet<UInt128>();
        using var after = Open(new(copy.Path, _turns, RandomAccess.Write));
        var horizon = after.Restore(use => known.Add(use.Key) || true);
        var forgotten = _told.Count(use => !known.Contains(use.Key) && use.MadeAt > horizon);
        Assert.True(
            forgotten == 0 || Journal.Trouble, $"{forgotten} of {_told.Count} uses are forgotten without an alarm");
        return forgotten;
    }

    public void Dispose()
    {
        (Takes, RefusesSyncs, RefusesNames) = (null, false, false);
        Journal.Dispose();
        _logs.Dispose();
        _folder.Dispose();
    }

    private UsedJournal Open(UsedDisk disk) =>
        new("codes", disk, Life, 5, false, Time, new Logger<UsedJournals>(_logs), () => { });

    private void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        var before = BeforeWrite;
        BeforeWrite = null;
        before?.Invoke();
        Refuse(Takes == 0);
        Takes--;
        RandomAccess.Write(file, bytes, offset);
    }

    private void Sync(SafeFileHandle file)
    {
        Refuse(RefusesSyncs);
        RandomAccess.FlushToDisk(file);
    }

    private static void Refuse(bool refuses)
    {
        if (refuses)
        {
            throw new IOException("the disk refuses");
        }
    }
}
