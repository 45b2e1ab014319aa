using YiMaTong.Decode.Used;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>
/// Folders of one node's journals. Another run of the node begins on a copy of what is in the files at that moment:
/// what kill -9 leaves, as nothing of the process itself comes along.
/// </summary>
internal sealed class UsedFolder : IDisposable
{
    private readonly TempDirectory _root = new("yimatong-used-");
    private int _run;

    /// <summary>Where the newest run keeps its files.</summary>
    public string Path => _root.Combine($"{_run}");

    public UsedOptions Options => new() { Folder = Path, SyncMs = 1, RetryMs = 10 };

    /// <summary>Ends the run as kill -9 does.</summary>
    public UsedOptions Kill()
    {
        var before = Path;
        _run++;
        System.IO.Directory.CreateDirectory(Path);
        foreach (var file in System.IO.Directory.GetFiles(before)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
        }

        return Options;
    }

    public void Dispose() => _root.Dispose();
}
