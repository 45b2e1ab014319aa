using YiMaTong.Testing;

namespace YiMaTong.Directory.Tests;

public sealed class DirectoryFaultTests
{
    private const ulong Handles = 60_000;

    [Fact]
    public void Apply_DiskFull_ThrowsAndLookupsAreUnknownUntilCleared()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();

        // The next overflow file takes no byte: every write to it fails as on a full disk.
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "subjects-2.log.0"), "/dev/full");
        directory.Clear();
        directory.Apply(1, Records.Of(1, 1));
        directory.MarkComplete();

        var error = Assert.Throws<IOException>(() => Fill(directory));

        Assert.Contains(folder.FullName, error.Message);
        for (var handle = Handles - 20_000; handle <= Handles; handle++)
        {
            Assert.Throws<IOException>(() => directory.Apply(handle, Records.Of(handle, 2)));
        }

        // What is still in memory is answered; what left it may be lost.
        Assert.Equal(LookupStatus.Found, directory.TryRead(Handles, out var record));
        Assert.Equal(2UL, record.Revision);
        Assert.True(Records.IsWhole(Handles, record));
        Assert.Equal(LookupStatus.Unknown, directory.TryRead(1, out record));
        Assert.True(SubjectRecord.SameBytes(default, record));
        Assert.Equal(LookupStatus.Unknown, directory.TryRead(Handles + 1, out _));
        Assert.False(directory.IsComplete);
        Assert.Throws<IOException>(() => directory.Apply(1, Records.Of(1, 2)));

        directory.Clear();
        Fill(directory);
        directory.MarkComplete();
        Assert.Equal(LookupStatus.Found, directory.TryRead(1, out record));
        Assert.True(Records.IsWhole(1, record));
        Assert.Equal(LookupStatus.NotFound, directory.TryRead(Handles + 1, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Apply_DiskFullForAWhileAgainAndAgain_LosesNothing(int seed)
    {
        const int Subjects = 100_000;
        using var folder = new TemporaryFolder();
        var disk = FlakyDevice.In(folder);
        using var store = new SubjectStore(
            new() { Folder = folder.FullName, MemoryMiB = 4, ExpectedSubjects = Subjects }, disk);
        for (var handle = 1UL; handle <= Subjects; handle++)
        {
            store.Apply(handle, Records.Of(handle, 1));
        }

        store.MarkComplete();
        var (random, most) = (new Random(seed), 0);
        var revisions = new Dictionary<ulong, ulong>();
        for (var revision = 2UL; revision < 200_000; revision++)
        {
            // Full for the two pages that the memory aside takes, again and again.
            if (revision % 20_000 == 0)
            {
                await AwaitUntil.Soon(() => disk.Owed == 0, "the disk has it all");
                (disk.Refuses, most) = (true, disk.Refused + 2);
            }

            disk.Refuses &= disk.Refused < most;
            var handle = (ulong)random.Next(1, Subjects + 1);
            revisions[handle] = revision;
            store.Apply(handle, Records.Of(handle, revision));
            var other = (ulong)random.Next(1, Subjects + 1);
            Assert.True(store.TryRead(other, out var record, out var status));
            Assert.Equal(LookupStatus.Found, status);
            Assert.Equal(revisions.GetValueOrDefault(other, 1UL), record.Revision);
            Assert.True(Records.IsWhole(other, record));
        }

        Assert.True(disk.Refused > 10, $"{disk.Refused} writes were refused");
        Assert.True(store.IsComplete);
        Assert.True(store.TryRead(Subjects + 1, out _, out var absent));
        Assert.Equal(LookupStatus.NotFound, absent);
    }

    [Fact]
    public async Task RetryUnwritten_DiskHasRoomAgain_WritesWhatWaitsAndAfterDisposalDoesNothing()
    {
        using var folder = new TemporaryFolder();
        var disk = FlakyDevice.In(folder);
        var store = new SubjectStore(
            new() { Folder = folder.FullName, MemoryMiB = 4, ExpectedSubjects = (long)Handles }, disk);
        using (store)
        {
            disk.Refuses = true;
            for (var handle = 1UL; disk.Refused == 0; handle++)
            {
                store.Apply(handle, Records.Of(handle, 1));
            }

            store.RetryUnwritten();
            Assert.True(store.UnwrittenBytes > 0);
            disk.Refuses = false;
            store.RetryUnwritten();
            await AwaitUntil.Soon(() => store.UnwrittenBytes == 0 && disk.Owed == 0, "the disk has it all");
            Assert.True(store.TryRead(1, out var record, out var status));
            Assert.Equal((LookupStatus.Found, true), (status, Records.IsWhole(1, record)));
        }

        store.RetryUnwritten();
    }

    private static void Fill(FasterSubjectDirectory directory)
    {
        for (var handle = 1UL; handle <= Handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }
    }
}
