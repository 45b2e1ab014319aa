namespace YiMaTong.Directory;

/// <summary>
/// The folder that overflow files live in. Held by a lock file while the directory is open: what an earlier process
/// left behind when it was killed can then be deleted without harm. Called by one thread at a time.
/// </summary>
internal sealed class OverflowFolder : IDisposable
{
    private const string LockFile = "directory.lock";
    private const string Prefix = "subjects-";

    private readonly string _folder;
    private readonly FileStream _lock;
    private int _files;

    public OverflowFolder(string folder)
    {
        _folder = Path.GetFullPath(folder);
        try
        {
            System.IO.Directory.CreateDirectory(_folder);
            _lock = new FileStream(
                Path.Combine(_folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (var left in System.IO.Directory.EnumerateFiles(_folder, Prefix + "*"))
            {
                File.Delete(left);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _lock?.Dispose();
            throw new IOException(
                $"The directory's folder {_folder} cannot be written, or another directory uses it", e);
        }
    }

    /// <summary>Path of a file that is not there yet.</summary>
    public string NextFile() => Path.Combine(_folder, $"{Prefix}{++_files}.log");

    public void Dispose() => _lock.Dispose();
}
