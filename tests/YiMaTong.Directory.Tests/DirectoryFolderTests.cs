namespace YiMaTong.Directory.Tests;

public sealed class DirectoryFolderTests
{
    [Fact]
    public void Dispose_AfterOverflow_DeletesTheFile()
    {
        using var folder = new TemporaryFolder();
        using (var directory = folder.Open())
        {
            Fill(directory);
            Assert.NotEmpty(folder.Overflow());
        }

        Assert.Empty(folder.Overflow());
    }

    [Fact]
    public void Clear_AfterOverflow_DeletesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        using var directory = folder.Open();
        Fill(directory);
        var old = folder.Overflow();

        directory.Clear();

        Assert.NotEmpty(old);
        Assert.DoesNotContain(old, File.Exists);
    }

    [Fact]
    public void Open_FileOfAKilledProcess_IsDeleted()
    {
        using var folder = new TemporaryFolder();
        var left = Path.Combine(folder.FullName, "subjects-7.log.0");
        File.WriteAllText(left, "left");

        using var directory = folder.Open();

        Assert.False(File.Exists(left));
    }

    [Fact]
    public void Open_FolderInUse_ThrowsNamingIt()
    {
        using var folder = new TemporaryFolder();
        using (folder.Open())
        {
            var error = Assert.Throws<IOException>(() => folder.Open());
            Assert.Contains(folder.FullName, error.Message);
        }

        folder.Open().Dispose();
    }

    [Fact]
    public void Open_FolderThatIsAFile_ThrowsNamingIt()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.FullName, "file");
        File.WriteAllText(file, "");
        var inside = Path.Combine(file, "directory");

        var error = Assert.Throws<IOException>(
            () => new FasterSubjectDirectory(new DirectoryOptions { Folder = inside }));

        Assert.Contains(inside, error.Message);
        Assert.Contains("cannot be written", error.Message);
    }

    [Fact]
    public void Disposed_LookupsAreUnknownAndChangesThrow()
    {
        using var folder = new TemporaryFolder();
        var directory = folder.Open();
        directory.Apply(1, Records.Of(1, 1));
        directory.MarkComplete();
        directory.Dispose();
        directory.Dispose();

        Assert.Equal(LookupStatus.Unknown, directory.TryRead(1, out _));
        Assert.Equal((0, false), (directory.Count, directory.IsComplete));
        Assert.Throws<ObjectDisposedException>(() => directory.Apply(1, Records.Of(1, 1)));
        Assert.Throws<ObjectDisposedException>(directory.MarkComplete);
        Assert.Throws<ObjectDisposedException>(directory.Clear);
    }

    private static void Fill(FasterSubjectDirectory directory)
    {
        for (var handle = 1UL; handle <= 30_000; handle++)
        {
            directory.Apply(handle, Records.Of(handle, 1));
        }
    }
}
