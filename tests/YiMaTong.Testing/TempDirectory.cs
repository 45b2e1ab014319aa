namespace YiMaTong.Testing;

/// <summary>A directory of its own below the system's temporary one; it goes with its content on disposal.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Makes the directory, readable by its owner alone.</summary>
    public TempDirectory(string prefix = "yimatong-") => Path = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Full path of a file or folder in it.</summary>
    public string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc />
    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
