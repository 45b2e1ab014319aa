namespace YiMaTong.Decode;

/// <summary>A folder that one process owns: held by a lock file until disposed.</summary>
internal sealed class OwnedFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <summary>Opens or makes the folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="lockFile">Name of the lock file in it.</param>
    /// <exception cref="IOException">It cannot be written, or another process uses it.</exception>
    public OwnedFolder(string path, string lockFile)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            System.IO.Directory.CreateDirectory(Path);
            _lock = new FileStream(
                System.IO.Path.Combine(Path, lockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException($"The folder {Path} cannot be written, or another process uses it", e);
        }
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();
}
