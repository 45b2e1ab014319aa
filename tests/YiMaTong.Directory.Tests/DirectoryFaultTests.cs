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
        Assert.Equal(LookupStatus.Unknown, directory.TryRead(1, out var record));
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

    private static void Fill(FasterSubjectDirectory directory)
    {
        for (var handle = 1UL; handle <= Handles; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }
    }
}
