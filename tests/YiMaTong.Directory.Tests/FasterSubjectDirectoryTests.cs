using CsCheck;

namespace YiMaTong.Directory.Tests;

public sealed class FasterSubjectDirectoryTests
{
    // Enough that 1 MiB, which holds about 10,000 records, spills most of them.
    private const int Handles = 60_000;

    [Fact]
    public void TryRead_BeforeAndAfterComplete_HasThreeAnswers()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        directory.Apply(1, Records.Of(1, 1));

        Assert.Equal(LookupStatus.Found, directory.TryRead(1, out _));
        Assert.Equal(LookupStatus.Unknown, directory.TryRead(2, out _));
        directory.MarkComplete();
        Assert.Equal(LookupStatus.NotFound, directory.TryRead(2, out var none));
        Assert.True(SubjectRecord.SameBytes(default, none));
        directory.Clear();
        Assert.Equal(LookupStatus.Unknown, directory.TryRead(1, out _));
        Assert.Equal((0, false), (directory.Count, directory.IsComplete));
    }

    [Fact]
    public void Apply_OlderRevision_KeepsTheNewer()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        directory.Apply(1, Records.Of(1, 5));
        directory.Apply(1, Records.Of(1, 4));
        directory.Apply(1, Records.Of(1, 5));

        directory.TryRead(1, out var record);

        Assert.Equal(5UL, record.Revision);
        Assert.True(Records.IsWhole(1, record));
        Assert.Equal(1, directory.Count);
    }

    [Theory]
    [InlineData(4, 200_000)]
    [InlineData(1, 100_000)]
    public void TryRead_MoreThanMemoryHolds_ReadsEveryRecord(int memoryMiB, int count)
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open(memoryMiB, count);
        for (var handle = 1UL; handle <= (ulong)count; handle++)
        {
            directory.Apply(handle, Records.Of(handle, handle));
        }

        directory.MarkComplete();
        var right = 0;
        for (var handle = 1UL; handle <= (ulong)count; handle++)
        {
            right += directory.TryRead(handle, out var record) == LookupStatus.Found
                && record.Revision == handle && Records.IsWhole(handle, record) ? 1 : 0;
        }

        Assert.Equal(count, right);
        Assert.Equal(count, directory.Count);
        Assert.Equal(LookupStatus.NotFound, directory.TryRead((ulong)count + 1, out _));
        Assert.NotEmpty(folder.Overflow());
    }

    [Fact]
    public void Apply_RecordInTheOverflowFile_ComparesItsRevision()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        for (var handle = 1UL; handle <= Handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 10));
        }

        // The first went to the file long ago.
        directory.Apply(1, Records.Of(1, 9));
        directory.Apply(2, Records.Of(2, 11));

        Assert.Equal(LookupStatus.Found, directory.TryRead(1, out var first));
        Assert.Equal(LookupStatus.Found, directory.TryRead(2, out var second));
        Assert.Equal((10UL, 11UL), (first.Revision, second.Revision));
        Assert.Equal(Handles, directory.Count);
    }

    [Fact]
    public void AnyOperations_SmallDirectory_EqualTheModel()
    {
        Check(20, Gen.Int[1, 200], iterations: 100);
    }

    [Fact]
    public void AnyOperations_MostRecordsInTheFile_EqualTheModel()
    {
        Check(Handles, Gen.Int[20_000, 80_000], iterations: 8);
    }

    [Fact]
    public void TryRead_InMemory_AllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        for (var handle = 1UL; handle <= 1_000; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }

        var found = ReadAll(directory);
        var before = GC.GetAllocatedBytesForCurrentThread();
        found += ReadAll(directory);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2_000, found);
    }

    private static int ReadAll(FasterSubjectDirectory directory)
    {
        var found = 0;
        for (var handle = 1UL; handle <= 1_000; handle++)
        {
            found += directory.TryRead(handle, out _) == LookupStatus.Found ? 1 : 0;
        }

        return found;
    }

    private static void Check(int handles, Gen<int> sizes, int iterations)
    {
        Gen.Select(sizes, Gen.UInt).Sample(
            (size, seed) =>
            {
                using var folder = new TemporaryFolder();
                using var directory = folder.Open();
                using var model = new DictionarySubjectDirectory();
                var random = new Random((int)seed);
                for (var i = 0; i < size; i++)
                {
                    var handle = (ulong)random.Next(1, handles + 1);
                    Step(random.Next(10 * size), handle, (ulong)random.Next(1, 8), directory, model);
                    AssertSame(handle, directory, model);
                }

                for (var handle = 0UL; handle <= (ulong)handles; handle++)
                {
                    AssertSame(handle, directory, model);
                }

                Assert.Equal((model.Count, model.IsComplete), (directory.Count, directory.IsComplete));
            },
            iter: iterations, threads: 1);
    }

    private static void Step(int dice, ulong handle, ulong revision, params ISubjectDirectory[] directories)
    {
        var record = Records.Of(handle, revision);
        foreach (var directory in directories)
        {
            // About one Clear in ten runs and one MarkComplete per two; the rest are records.
            switch (dice)
            {
                case 0:
                    directory.Clear();
                    break;
                case < 6:
                    directory.MarkComplete();
                    break;
                default:
                    directory.Apply(handle, record);
                    break;
            }
        }
    }

    private static void AssertSame(ulong handle, FasterSubjectDirectory directory, DictionarySubjectDirectory model)
    {
        var expected = model.TryRead(handle, out var expectedRecord);
        var actual = directory.TryRead(handle, out var actualRecord);
        if (actual != expected || !SubjectRecord.SameBytes(expectedRecord, actualRecord))
        {
            Assert.Fail($"{handle}: {actual} {actualRecord.Revision}, not {expected} {expectedRecord.Revision}");
        }
    }
}
