namespace YiMaTong.Testing;

/// <summary>The folder that holds YiMaTong.sln, found upwards from the running test.</summary>
public static class RepositoryRoot
{
    /// <summary>Full path of the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The test runs outside of a checkout.</exception>
    public static string Path { get; } = Find();

    /// <summary>Full path of something in the repository.</summary>
    public static string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "YiMaTong.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds YiMaTong.sln");
    }
}
