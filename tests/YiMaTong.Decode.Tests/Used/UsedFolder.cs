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
        while (!TryCopy(before))
        {
            System.IO.Directory.Delete(Path, recursive: true);
        }

        return Options;
    }

    // False where the run, which goes on for all that, deleted a file between the look and the copy: a kill has all
    // files of one moment.
    private bool TryCopy(string before)
    {
        System.IO.Directory.CreateDirectory(Path);
        try
        {
            foreach (var file in System.IO.Directory.GetFiles(before)
                .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            {
                File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
            }

            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    public void Dispose() => _root.Dispose();
}
