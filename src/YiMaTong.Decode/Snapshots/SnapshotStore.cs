using Microsoft.Extensions.Options;
using YiMaTong.Directory;
using YiMaTong.Directory.Snapshots;

namespace YiMaTong.Decode.Snapshots;

/// <summary>
/// The node's snapshot files, opened at first need: a disk that refuses the key file keeps no node from serving.
/// Thread-safe.
/// </summary>
internal sealed class SnapshotStore(IOptions<SnapshotOptions> options, IOptions<DirectoryOptions> directory)
{
    private readonly Lock _opening = new();
    private SnapshotFolder? _folder;

    /// <summary>Whether there are snapshots at all.</summary>
    public bool Enabled => options.Value.Enabled;

    /// <summary>Time from the end of one to the start of the next.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(options.Value.IntervalSeconds);

    /// <summary>Percent of one processor that writing may take.</summary>
    public int CorePercent => options.Value.CorePercent;

    /// <summary>Longest wait of a restored node for the changes since its snapshot.</summary>
    public TimeSpan CatchUp => TimeSpan.FromMilliseconds(options.Value.CatchUpMs);

    /// <summary>Opens the folder.</summary>
    /// <exception cref="IOException">The key file cannot be read or made.</exception>
    /// <exception cref="UnauthorizedAccessException">The key file refuses it.</exception>
    public SnapshotFolder Open()
    {
        lock (_opening)
        {
            return _folder ??= new(
                PathOr(options.Value.Folder, "snapshots"),
                NodeKeyFile.ReadOrCreate(PathOr(options.Value.KeyFile, "snapshot.key")));
        }
    }

    private string PathOr(string configured, string name) =>
        configured.Length > 0 ? configured : Path.Combine(directory.Value.Folder, name);
}
