using System.Diagnostics;

namespace YiMaTong.Directory.Tests;

public sealed class DirectoryConcurrencyTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task TryRead_ManyMoreReadersOfTheFileThanThreads_AllGetTheirAnswers()
    {
        const int Readers = 300;
        const int ReadsEach = 50;
        const ulong Handles = 60_000;
        using var folder = new TemporaryFolder();
        using var directory = folder.Open(memoryMiB: 1);
        for (var handle = 1UL; handle <= Handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }

        directory.MarkComplete();
        var started = Stopwatch.GetTimestamp();

        // The readers are on the pool's threads, as gates' calls are; most of what they read is not in memory.
        var wrong = await Task.WhenAll(Enumerable.Range(0, Readers).Select(n => Task.Run(() =>
        {
            var random = new Random(n);
            return Enumerable.Range(0, ReadsEach).Count(_ =>
            {
                var handle = (ulong)random.NextInt64(1, (long)Handles + 1);
                return directory.TryRead(handle, out var record) != LookupStatus.Found
                    || !Records.IsWhole(handle, record);
            });
        }, TestContext.Current.CancellationToken)));

        Assert.Equal(0, wrong.Sum());
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData(4UL)]
    [InlineData(30_000UL)]
    public void TryRead_WhileWritersOverwrite_SeesWholeRecordsThatNeverAge(ulong handles)
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        for (var handle = 1UL; handle <= handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }

        directory.MarkComplete();
        var torn = 0L;
        var reads = 0L;
        var revision = 1L;
        var readers = Enumerable.Range(0, 4).Select(n => (Action<Func<bool>>)(go =>
        {
            var newest = new ulong[handles + 1];
            var random = new Random(n);
            var count = 0L;
            for (; go(); count++)
            {
                var handle = (ulong)random.NextInt64(1, (long)handles + 1);
                var status = directory.TryRead(handle, out var record);
                if (status != LookupStatus.Found || record.Revision < newest[handle]
                    || !Records.IsWhole(handle, record))
                {
                    Interlocked.Increment(ref torn);
                }

                newest[handle] = record.Revision;
            }

            Interlocked.Add(ref reads, count);
        }));
        var writers = Enumerable.Range(0, 2).Select(n => (Action<Func<bool>>)(go =>
        {
            var random = new Random(100 + n);
            while (go())
            {
                var handle = (ulong)random.NextInt64(1, (long)handles + 1);
                directory.Apply(handle, Records.Of(handle, (ulong)Interlocked.Increment(ref revision)));
            }
        }));

        Run([.. readers, .. writers]);

        Assert.Equal(0, torn);
        Assert.Equal((long)handles, directory.Count);
        Assert.True(reads > 1_000 && revision > 1_000, $"{reads} reads, {revision} writes");
    }

    [Fact]
    public void Clear_UnderReaders_NeverGivesAWrongAnswer()
    {
        const ulong Handles = 12_000;
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        var wrong = 0L;
        var clears = 0;
        var found = 0L;
        var readers = Enumerable.Range(0, 4).Select(n => (Action<Func<bool>>)(go =>
        {
            var random = new Random(n);
            while (go())
            {
                // Every handle up to the limit is there when the view is complete: NotFound would be a false "no".
                var handle = (ulong)random.NextInt64(1, (long)Handles + 1);
                var status = directory.TryRead(handle, out var record);
                if (status == LookupStatus.NotFound
                    || (status == LookupStatus.Found && !Records.IsWhole(handle, record)))
                {
                    Interlocked.Increment(ref wrong);
                }

                Interlocked.Add(ref found, status == LookupStatus.Found ? 1 : 0);
            }
        }));
        Action<Func<bool>> writer = go =>
        {
            // On a busy machine the readers may leave the writer one turn in all the time.
            while (go() || clears < 3)
            {
                directory.Clear();
                clears++;
                for (var handle = 1UL; handle <= Handles; handle++)
                {
                    directory.Apply(handle, Records.Of(handle, 1));
                }

                directory.MarkComplete();
            }
        };

        Run([.. readers, writer]);

        Assert.Equal(0, wrong);
        Assert.True(clears > 2 && found > 1_000, $"{clears} clears, {found} found");
        Assert.True(folder.Overflow().Length <= 1, string.Join(' ', folder.Overflow()));
    }

    [Fact]
    public void TryRead_MoreThreadsThanSessions_AllGetTheirAnswer()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        for (var handle = 1UL; handle <= 30_000; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }

        var threads = SessionPool.DefaultSize + 32;
        var right = 0;
        var all = Enumerable.Range(0, threads).Select(n => new Thread(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                var handle = (ulong)((n * 997) + (i * 31)) % 30_000 + 1;
                var status = directory.TryRead(handle, out var record);
                Interlocked.Add(ref right, status == LookupStatus.Found && Records.IsWhole(handle, record) ? 1 : 0);
            }
        })).ToList();
        all.ForEach(t => t.Start());

        Assert.All(all, t => Assert.True(t.Join(TimeSpan.FromSeconds(60))));
        Assert.Equal(threads * 50, right);
    }

    private static void Run(params Action<Func<bool>>[] bodies)
    {
        var clock = Stopwatch.StartNew();
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = bodies.Select(body => new Thread(() =>
        {
            try
            {
                body(() => clock.Elapsed < Duration && failures.IsEmpty);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        Assert.All(threads, t => Assert.True(t.Join(Duration + TimeSpan.FromSeconds(30))));
        Assert.Empty(failures);
    }
}
