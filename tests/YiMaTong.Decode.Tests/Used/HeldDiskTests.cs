using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Used;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>A disk that hangs under the journal of uses: gates are answered, and it catches up.</summary>
public sealed class HeldDiskTests
{
    private const int Scans = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly uint Now = (uint)Node.Start.ToUnixTimeSeconds();

    [Fact]
    public async Task Decode_DiskHangs_HoldsFewScansAndAnswersAllOthers()
    {
        using var folder = new UsedFolder();
        using var disk = new HeldDisk();
        using var node = new Node(time: TimeProvider.System, used: folder.Options, disk: disk.Write);
        node.Load(World.All());
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        Assert.Equal(PyCodes.Success, node.Scan(Mint(), "before").Code);
        var journals = node.Get<UsedJournals>();
        await AwaitUntil.Soon(() => !journals.Trouble, "a disk that others keep busy has taken the first");
        disk.Hold();

        var codes = Enumerable.Range(0, Scans).Select(_ => Mint()).ToArray();
        var answered = new ConcurrentDictionary<int, PyCode>();
        var threads = codes.Select((code, number) =>
            new Thread(() => answered[number] = node.Scan(code, $"scan-{number}").Code)).ToArray();
        Array.ForEach(threads, thread => thread.IsBackground = true);
        Array.ForEach(threads, thread => thread.Start());
        await AwaitUntil.Holds(
            () => answered.Count >= Scans - WriteTurns.Places, Limit, "all others are answered",
            TestContext.Current.CancellationToken);
        Assert.True(journals.Trouble);
        Assert.Contains(node.Logs.Entries, entry => entry.Event == "CannotWrite");
        Assert.InRange(Scans - answered.Count, 1, WriteTurns.Places);

        // Whoever was held is answered when its gate comes again, and nobody else is.
        foreach (var held in Enumerable.Range(0, Scans).Except(answered.Keys).ToArray())
        {
            Assert.Equal(PyCodes.Success, node.Scan(codes[held], $"scan-{held}").Code);
            Assert.Equal(PyCodes.AlreadyUsed, node.Scan(codes[held], "another").Code);
        }

        disk.Release();
        Array.ForEach(threads, thread => Assert.True(thread.Join(Limit)));
        Assert.All(answered.Values, code => Assert.Equal(PyCodes.Success, code));
        await AwaitUntil.Soon(() => !journals.Trouble, "the alarm is over");
        Assert.Contains(node.Logs.Entries, entry => entry.Event == "WritesAgain");
        await AwaitUntil.Soon(() => Read(folder).Uses >= Scans + 1, "every use is on the disk");

        static string Mint() => Node.Mint(
            new(World.KeyId, World.CodeKeyBytes), (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            CodeType.PublicTransport, World.Handle, 100);
    }

    // The horizon was taken before what waited was written, and what was lost during that was behind none.
    [Fact]
    public async Task Reopen_UsesAreLostWhileOthersAreWritten_PutsThemBehindTheHorizon()
    {
        using var folder = new UsedFolder();
        using var disk = new HeldDisk();
        using var logs = new RecordingLogs();
        System.IO.Directory.CreateDirectory(folder.Path);
        var journal = new UsedJournal(
            "codes", new(folder.Path, new(1, TimeSpan.FromSeconds(1), TimeProvider.System), disk.Write),
            TimeSpan.FromSeconds(120), 5, false, TimeProvider.System, new Logger<UsedJournals>(logs), () => { });
        _ = journal.Restore(_ => true);
        journal.Dispose();
        for (var i = 1; i <= UsedBacklog.Max; i++)
        {
            journal.Note(new((UInt128)i, 1, 1, Now, 1));
        }

        Assert.Equal(0, journal.Lost);
        disk.Hold();
        var files = UsedFileName.Of(folder.Path, "codes").Count;
        var tend = new Thread(journal.Tend) { IsBackground = true };
        tend.Start();
        await AwaitUntil.Soon(() => UsedFileName.Of(folder.Path, "codes").Count > files, "the file is begun");

        // The writer is at the first of what waits when these find no room.
        for (var i = 1; i <= 10; i++)
        {
            journal.Note(new((UInt128)(UsedBacklog.Max + i), 1, 1, Now + 100, 1));
        }

        Assert.Equal(10, journal.Lost);
        disk.Release();
        Assert.True(tend.Join(Limit));
        Assert.Equal((UsedBacklog.Max, Now + 100), (Read(folder).Uses, Read(folder).Horizon));
        journal.Dispose();
    }

    // The thread that slept waited for RetryMs before it tried, and a kill meanwhile forgot what was told.
    [Fact]
    public async Task Note_FileIsRefusedOnce_IsWrittenToANewOneAtOnce()
    {
        using var folder = new UsedFolder();
        using var logs = new RecordingLogs();
        var options = folder.Options;
        options.RetryMs = 60_000;
        var refusals = 1;
        using var journals = new UsedJournals(
            options, new DecodeOptions(), TimeProvider.System, new Logger<UsedJournals>(logs),
            (handle, bytes, at) =>
            {
                if (Interlocked.Decrement(ref refusals) == 0)
                {
                    throw new IOException("the file may not grow");
                }

                RandomAccess.Write(handle, bytes, at);
            });
        _ = journals.Codes.Restore(_ => true);
        await AwaitUntil.Soon(() => !journals.Busy, "the thread sleeps");

        journals.Codes.Note(new(1, 1, 1, Now, 1));

        await AwaitUntil.Holds(
            () => !journals.Trouble, Limit, "the use is written", TestContext.Current.CancellationToken);
        Assert.Equal(1, Read(folder).Uses);
    }

    [Fact]
    public async Task Dispose_DiskHangs_EndsAllTheSameAndSaysSo()
    {
        using var folder = new UsedFolder();
        using var disk = new HeldDisk();
        using var logs = new RecordingLogs();
        var options = folder.Options;
        options.StopMs = 100;
        var journals = new UsedJournals(
            options, new DecodeOptions(), TimeProvider.System, new Logger<UsedJournals>(logs), disk.Write);
        _ = journals.Codes.Restore(_ => true);
        disk.Hold();
        var first = new Thread(() => journals.Codes.Note(new(1, 1, 1, Now, 1))) { IsBackground = true };
        first.Start();
        await AwaitUntil.Soon(() => journals.Trouble, "the disk hangs");
        journals.Codes.Note(new(2, 1, 1, Now, 1));

        var stop = Task.Run(journals.Dispose, TestContext.Current.CancellationToken);
        await AwaitUntil.Soon(() => stop.IsCompleted, "the node ends");

        Assert.Contains(logs.Entries, entry => entry.Event == "HeldAtStop");
        disk.Release();
        Assert.True(first.Join(Limit));
    }

    private static UsedFileSummary Read(UsedFolder folder)
    {
        var sum = default(UsedFileSummary);
        foreach (var file in UsedFileName.Of(folder.Path, "codes"))
        {
            var one = UsedFileReader.Read(file);
            sum = sum with { Uses = sum.Uses + one.Uses, Horizon = Math.Max(sum.Horizon, one.Horizon) };
        }

        return sum;
    }
}
