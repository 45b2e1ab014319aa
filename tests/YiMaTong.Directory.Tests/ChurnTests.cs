using System.Diagnostics;
using CsCheck;

namespace YiMaTong.Directory.Tests;

/// <summary>
/// Changes without end in a memory of 16 pages: the log stays bounded and every answer is the model's. With
/// YIMATONG_LONG=1 ten times as long.
/// </summary>
public sealed class ChurnTests(ITestOutputHelper output)
{
    private static readonly int Scale = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1" ? 10 : 1;

    [Theory]
    [InlineData(5_000)]
    [InlineData(12_000)]
    [InlineData(40_000)]
    public void Apply_Churn_KeepsTheLogBoundedAndTheAnswersRight(int handles)
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        var revisions = new ulong[handles + 1];
        var random = new Random(handles);
        var largest = 0L;
        var changes = Scale * 200_000;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < changes; i++)
        {
            var handle = (ulong)random.Next(1, handles + 1);
            directory.Apply(handle, Records.Of(handle, ++revisions[handle]));
            if (i % 1_000 == 0)
            {
                largest = Math.Max(largest, directory.LogBytes);
                var probe = (ulong)random.Next(1, handles + 1);
                AssertRevision(directory, probe, revisions[probe]);
            }
        }

        output.WriteLine(
            $"{handles} subjects, {changes} changes in {watch.ElapsedMilliseconds} ms: log {largest >> 10} KiB at "
            + $"most, live {(handles * 96) >> 10} KiB, YIMATONG_LONG={(Scale > 1 ? 1 : 0)}");
        for (var handle = 1UL; handle <= (ulong)handles; handle++)
        {
            AssertRevision(directory, handle, revisions[handle]);
        }

        // Without compaction the log would hold every change: 19 MB.
        Assert.InRange(largest, 0, (2 * handles * 96L) + (2 << 20));
        // So is the disk: segments that compaction freed are gone.
        Assert.InRange(folder.Overflow().Sum(file => new FileInfo(file).Length), 0, largest + (2 << 20));
        Assert.Equal(revisions.Count(revision => revision > 0), directory.Count);
    }

    [Fact]
    public async Task TryRead_WhileTheLogIsCompacted_NeverMissesASubject()
    {
        const int Handles = 20_000;
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        for (var handle = 1UL; handle <= Handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }

        directory.MarkComplete();
        using var done = new CancellationTokenSource();
        var reads = 0L;
        var readers = Enumerable.Range(1, 4)
            .Select(seed => Task.Run(() => Read(seed), TestContext.Current.CancellationToken)).ToArray();
        void Read(int seed)
        {
            var random = new Random(seed);
            while (!done.IsCancellationRequested)
            {
                var handle = (ulong)random.Next(1, Handles + 1);
                var status = directory.TryRead(handle, out var record);
                Assert.Equal(LookupStatus.Found, status);
                Assert.True(Records.IsWhole(handle, record), $"{handle} at {record.Revision}");
                Assert.Equal(LookupStatus.NotFound, directory.TryRead(handle + Handles, out _));
                Interlocked.Increment(ref reads);
            }
        }

        var changer = new Random(7);
        for (var i = 0; i < Scale * 200_000; i++)
        {
            var handle = (ulong)changer.Next(1, Handles + 1);
            directory.Apply(handle, Records.Of(handle, 2 + (ulong)i));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        output.WriteLine($"{reads} reads, log {directory.LogBytes >> 10} KiB");
        Assert.True(reads > 100);
        Assert.InRange(directory.LogBytes, 0, 6 << 20);
    }

    [Fact]
    public void AnyOperations_WithScansAndRestarts_EqualTheModel()
    {
        Gen.Select(Gen.Int[100, 30_000], Gen.Int[100, 60_000], Gen.UInt).Sample(
            (handles, changes, seed) =>
            {
                using var folder = new TemporaryFolder();
                var random = new Random((int)seed);
                var directory = folder.Open();
                var revisions = new Dictionary<ulong, ulong>();
                try
                {
                    for (var i = 0; i < changes; i++)
                    {
                        var handle = (ulong)random.Next(1, handles + 1);
                        var revision = revisions.GetValueOrDefault(handle) + (ulong)random.Next(0, 3);
                        directory.Apply(handle, Records.Of(handle, revision));
                        revisions[handle] = revision;
                        if (random.Next(changes) < 2)
                        {
                            directory = Restarted(directory, folder);
                        }
                    }

                    foreach (var (handle, revision) in revisions)
                    {
                        AssertRevision(directory, handle, revision);
                    }

                    Assert.Equal(revisions.Count, directory.Count);
                }
                finally
                {
                    directory.Dispose();
                }
            },
            iter: 3 * Scale, threads: 1);
    }

    // What a restart from a snapshot does: all that a scan yields, into a new directory.
    private static FasterSubjectDirectory Restarted(FasterSubjectDirectory old, TemporaryFolder folder)
    {
        var all = new List<SubjectEntry>();
        var entries = new SubjectEntry[100];
        using (var cursor = old.Scan())
        {
            for (var count = cursor.Read(entries); count > 0; count = cursor.Read(entries))
            {
                all.AddRange(entries.AsSpan(0, count));
            }
        }

        old.Dispose();
        var next = folder.Open();
        foreach (var entry in all)
        {
            next.Apply(entry.Handle, entry.Record);
        }

        return next;
    }

    private static void AssertRevision(FasterSubjectDirectory directory, ulong handle, ulong revision)
    {
        var status = directory.TryRead(handle, out var record);
        if (revision > 0 || status == LookupStatus.Found)
        {
            Assert.Equal((LookupStatus.Found, revision), (status, record.Revision));
            Assert.True(Records.IsWhole(handle, record));
        }
    }
}
