using YiMaTong.Codes.Storage;

namespace YiMaTong.Codes.Tests.Storage;

public sealed class DurableFolderTests
{
    [Fact]
    public void Sync_FolderThatIsThere_Returns()
    {
        DurableFolder.Sync(AppContext.BaseDirectory);
        DurableFolder.SyncAround(Path.Combine(AppContext.BaseDirectory, "any.file"));
    }

    [Fact]
    public void Sync_NoFolder_IsRefusedByName()
    {
        var missing = Path.Combine(AppContext.BaseDirectory, "nothing", "of", "this");

        Assert.Contains(missing, Assert.Throws<IOException>(() => DurableFolder.Sync(missing)).Message);
    }

    // A gate on such a file system would otherwise never write a scan.
    [Fact]
    public void Sync_FileSystemThatSyncsNoFolders_IsLeftAtThat()
    {
        if (OperatingSystem.IsLinux())
        {
            DurableFolder.Sync("/proc");
        }
    }
}
