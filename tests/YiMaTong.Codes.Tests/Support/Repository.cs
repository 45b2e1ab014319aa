namespace YiMaTong.Codes.Tests.Support;

/// <summary>Files of the repository, found upwards from the test's own folder.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "YiMaTong.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No YiMaTong.sln above {AppContext.BaseDirectory}.");
    }
}
