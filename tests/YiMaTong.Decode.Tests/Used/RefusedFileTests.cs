using YiMaTong.Decode.Used;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>Files of uses that a disk takes in part: what was told is in another file, waits, or is doubtful.</summary>
public sealed class RefusedFileTests
{
    private const int Count = 100;
    private static readonly uint Now = FaultyDisk.Now;

    // What the disk had taken before it refused went with the file: 60 of these waited no more, and no alarm stood.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(Count - 1)]
    public void Tend_NewFileIsRefusedMidway_KeepsAllWaitingUntilAFileIsThere(int taken)
    {
        using var disk = Refused();
        disk.Takes = taken;
        disk.Journal.Tend();
        CheckWaiting(disk, Count);

        // What comes meanwhile waits behind it.
        disk.Tell(Count + 1, Now);
        disk.Takes = taken + 1;
        disk.Journal.Tend();
        CheckWaiting(disk, Count + 1);

        disk.Takes = null;
        disk.Journal.Tend();
        CheckWritten(disk, Count + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tend_NewFileIsNotSynced_KeepsAllWaitingUntilAFileIsThere(bool isFile)
    {
        using var disk = Refused();
        (disk.Takes, disk.RefusesSyncs, disk.RefusesNames) = (null, isFile, !isFile);
        disk.Journal.Tend();
        CheckWaiting(disk, Count);
        disk.Journal.Tend();
        CheckWaiting(disk, Count);

        (disk.RefusesSyncs, disk.RefusesNames) = (false, false);
        disk.Journal.Tend();
        CheckWritten(disk, Count);
    }

    // The last file is still written where the next one is refused: what waits goes there.
    [Fact]
    public void Tend_NextGenerationIsRefused_WritesWhatWaitsToTheLast()
    {
        using var disk = new FaultyDisk();
        disk.Tell(Count + 1, Now);
        disk.Journal.Tend();
        disk.TellHeld(1, Count);
        disk.Time.Advance(FaultyDisk.Life);
        disk.RefusesNames = true;
        disk.Journal.Tend();
        Assert.Equal((0, true), (disk.Journal.Waiting, disk.Journal.Trouble));
        Assert.Equal(Count + 1, disk.Read().Uses);
        Assert.Equal(0, disk.CheckRestart());

        disk.RefusesNames = false;
        disk.Journal.Tend();
        CheckWritten(disk, Count + 1);
    }

    [Fact]
    public void Tend_SyncOfWhatWaitedIsRefused_WritesItAnewAndTheRestIsDoubtful()
    {
        using var disk = new FaultyDisk();
        disk.Tell(Count + 1, Now + 5);
        disk.TellHeld(1, Count);
        disk.RefusesSyncs = true;
        disk.Journal.Tend();
        CheckWaiting(disk, Count);
        Assert.Equal(0, disk.CheckRestart());

        // What a scan wrote itself may have gone with the sync: it is in no other file.
        disk.RefusesSyncs = false;
        disk.Journal.Tend();
        CheckWritten(disk, Count + 1);
        Assert.Equal(Now + 5, disk.Read().Horizon);
    }

    [Fact]
    public void Tend_LossesAndTheNextGenerationIsRefused_WritesTheHorizonToTheLast()
    {
        using var disk = new FaultyDisk();
        disk.Tell(1, Now);
        disk.Journal.Tend();
        disk.TellHeld(2, UsedBacklog.Max);
        disk.TellHeld(2 + UsedBacklog.Max, 1);
        Assert.Equal(1, disk.Journal.Lost);
        disk.Time.Advance(FaultyDisk.Life);
        disk.RefusesNames = true;
        disk.Journal.Tend();
        Assert.Equal(Now, disk.Read().Horizon);
        Assert.Equal(0, disk.CheckRestart());
    }

    [Fact]
    public void Tend_SyncOfALateUseIsRefused_PutsItBehindTheHorizon()
    {
        using var disk = new FaultyDisk();
        disk.Tell(1, Now);
        disk.BeforeWrite = () =>
        {
            // The next file takes the place of the one that this scan is about to write to.
            disk.Time.Advance(FaultyDisk.Life);
            disk.Journal.Tend();
        };
        disk.Tell(2, Now + 5);
        disk.RefusesSyncs = true;
        disk.Journal.Tend();
        Assert.True(disk.Journal.Trouble);

        disk.RefusesSyncs = false;
        disk.Journal.Tend();
        CheckWritten(disk, 2);
        Assert.Equal(Now + 5, disk.Read().Horizon);
    }

    [Fact]
    public void Tend_SyncIsRefusedWhileOldFilesGo_PutsWhatCameBetweenBehindTheHorizon()
    {
        using var disk = new FaultyDisk();
        disk.Tell(1, Now);
        disk.Journal.Tend();
        disk.Time.Advance(FaultyDisk.Life);
        disk.Journal.Tend();
        disk.Time.Advance(FaultyDisk.Life);
        disk.BeforeWrite = () =>
        {
            disk.Tell(2, Now + 5);
            disk.RefusesSyncs = true;
        };
        disk.Journal.Tend();
        Assert.True(disk.Journal.Trouble);

        disk.RefusesSyncs = false;
        disk.Journal.Tend();
        CheckWritten(disk, 1);
        Assert.Equal(Now + 5, disk.Read().Horizon);
    }

    [Fact]
    public void Tend_MoreWaitsThanMayBeUnsynced_WritesItAll()
    {
        using var disk = Refused();
        const int Max = UsedBacklog.Max;
        for (var code = Count + 1; code <= Max; code++)
        {
            disk.Tell(code, Now);
        }

        (disk.Takes, disk.RefusesSyncs) = (null, true);
        disk.Journal.Tend();
        for (var code = Max + 1; code <= Max + Count; code++)
        {
            disk.Tell(code, Now);
        }

        disk.Journal.Tend();
        Assert.Equal((Max + Count, 0), (disk.Journal.Waiting, disk.Journal.Lost));
        disk.RefusesSyncs = false;
        disk.Journal.Tend();
        CheckWritten(disk, Max + Count);
    }

    // A disk that takes nothing, with uses that wait.
    private static FaultyDisk Refused()
    {
        var disk = new FaultyDisk { Takes = 0 };
        for (var code = 1; code <= Count; code++)
        {
            disk.Tell(code, Now);
        }

        CheckWaiting(disk, Count);
        return disk;
    }

    private static void CheckWaiting(FaultyDisk disk, int count)
    {
        Assert.Equal((count, 0, true), (disk.Journal.Waiting, disk.Journal.Lost, disk.Journal.Trouble));
        disk.CheckRestart();
    }

    private static void CheckWritten(FaultyDisk disk, int count)
    {
        Assert.Equal((0, 0, false), (disk.Journal.Waiting, disk.Journal.Lost, disk.Journal.Trouble));
        Assert.Equal(count, disk.Read().Uses);
        Assert.Equal(0, disk.CheckRestart());
    }
}
