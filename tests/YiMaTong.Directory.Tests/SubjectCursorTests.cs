using System.Diagnostics;

namespace YiMaTong.Directory.Tests;

public sealed class SubjectCursorTests(ITestOutputHelper output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60_000)]
    public void Read_DirectoryAtRest_YieldsEverySubject(int handles)
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        for (var handle = 1UL; handle <= (ulong)handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, handle));
        }

        var newest = Newest(directory, new SubjectEntry[999]);

        Assert.Equal(handles, newest.Count);
        Assert.All(newest, pair => Assert.Equal(pair.Key, pair.Value));
    }

    [Fact]
    public async Task Read_WhileChangesApply_YieldsEachSubjectAsOfTheStartOrLater()
    {
        const int Handles = 30_000;
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        var revisions = new ulong[Handles + 1];
        for (var handle = 1UL; handle <= Handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
            revisions[handle] = 1;
        }

        using var done = new CancellationTokenSource();
        var writer = Task.Run(
            () =>
            {
                var random = new Random(3);
                while (!done.IsCancellationRequested)
                {
                    var handle = (ulong)random.Next(1, Handles + 1);
                    var next = Volatile.Read(ref revisions[handle]) + 1;
                    directory.Apply(handle, Records.Of(handle, next));
                    Volatile.Write(ref revisions[handle], next);
                }
            },
            TestContext.Current.CancellationToken);
        for (var round = 0; round < (Long ? 100 : 10); round++)
        {
            var atStart = new ulong[Handles + 1];
            for (var handle = 1; handle <= Handles; handle++)
            {
                atStart[handle] = Volatile.Read(ref revisions[handle]);
            }

            var newest = Newest(directory, new SubjectEntry[512]);
            Assert.Equal(Handles, newest.Count);
            Assert.All(newest, pair => Assert.True(pair.Value >= atStart[pair.Key], $"{pair}, {atStart[pair.Key]}"));
        }

        await done.CancelAsync();
        await writer;
    }

    [Fact]
    public void Read_DirectoryClearedMeanwhile_Throws()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        directory.Apply(1, Records.Of(1, 1));
        using var cursor = directory.Scan();
        directory.Clear();
        Assert.Throws<IOException>(() => cursor.Read(new SubjectEntry[1]));
    }

    [Fact]
    public void Read_Measured_NeverHoldsAChangeForLong()
    {
        var count = Long ? 10_000_000UL : 300_000UL;
        using var folder = new TemporaryFolder();
        using var directory = folder.Open(Long ? 1024 : 32, (long)count);
        var watch = Stopwatch.StartNew();
        for (var handle = 1UL; handle <= count; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }

        var loaded = watch.Elapsed;
        var entries = new SubjectEntry[512];
        var longest = TimeSpan.Zero;
        var seen = 0UL;
        watch.Restart();
        using (var cursor = directory.Scan())
        {
            var batch = Stopwatch.StartNew();
            for (var got = cursor.Read(entries); got > 0; got = cursor.Read(entries))
            {
                longest = batch.Elapsed > longest ? batch.Elapsed : longest;
                seen += (ulong)got;
                batch.Restart();
            }
        }

        output.WriteLine(
            $"{count} subjects: loaded in {loaded.TotalSeconds:0.00} s, run over in "
            + $"{watch.Elapsed.TotalSeconds:0.00} s, "
            + $"longest batch {longest.TotalMilliseconds:0.00} ms, {directory.MemoryBytes / (double)count:0} B of "
            + $"memory each, YIMATONG_LONG={(Long ? 1 : 0)}");
        Assert.Equal(count, seen);
    }

    private static Dictionary<ulong, ulong> Newest(FasterSubjectDirectory directory, SubjectEntry[] entries)
    {
        var newest = new Dictionary<ulong, ulong>();
        using var cursor = directory.Scan();
        for (var count = cursor.Read(entries); count > 0; count = cursor.Read(entries))
        {
            foreach (var entry in entries.AsSpan(0, count))
            {
                Assert.True(Records.IsWhole(entry.Handle, entry.Record), $"{entry.Handle} is not whole");
                newest[entry.Handle] = Math.Max(newest.GetValueOrDefault(entry.Handle), entry.Record.Revision);
            }
        }

        return newest;
    }
}
