using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Target;

/// <summary>
/// The Node programs that tests run, installed from their lock file where they are missing. Thread-safe.
/// </summary>
internal static class NodeModules
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private static readonly SemaphoreSlim Installing = new(1, 1);

    /// <summary>The folder with package.json.</summary>
    public static string Folder { get; } = RepositoryRoot.Combine("tests", "node");

    public static async Task InstallAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        await Installing.WaitAsync(stop);
        try
        {
            string[] needed = ["@grpc/grpc-js", "@grpc/proto-loader", "@redocly/cli"];
            if (needed.All(package => System.IO.Directory.Exists(Path.Combine(Folder, "node_modules", package))))
            {
                return;
            }

            var (exitCode, output) = await ManagedProcess.Run(
                "npm", ["ci", "--no-audit", "--no-fund"], InstallLimit, Folder, stop);
            Assert.True(exitCode == 0, output);
        }
        finally
        {
            Installing.Release();
        }
    }
}
