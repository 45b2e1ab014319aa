using YiMaTong.Testing;

namespace YiMaTong.AllInOne.Tests;

/// <summary>Runs that end by themselves.</summary>
public sealed class OnceTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [Fact]
    public async Task Once_NoDemo_SeedsNothing()
    {
        using var folder = new TempDirectory();

        var (exitCode, output) = await Product.RunAsync(folder.Combine("data"), ["--once", "--no-demo"]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("ready", output.Split(Environment.NewLine));
        Assert.False(File.Exists(folder.Combine("data", "demo.json")));
        Assert.False(File.Exists(folder.Combine("data", "demo-keys.json")));
    }

    [Fact]
    public async Task Once_ByDotnetRun_KeepsDataWhereTheUserStands()
    {
        using var folder = new TempDirectory();

        var (exitCode, output) = await ManagedProcess.Run(
            "dotnet",
            [
                "run", "--no-build", "-c", Configuration,
                "--project", RepositoryRoot.Combine("src", "YiMaTong.AllInOne"), "--",
                "--once", "--no-demo", "--rest-port", "0", "--grpc-port", "0", "--admin-port", "0",
            ],
            Product.Limit,
            folder.Path,
            TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(folder.Combine("data", "issuing.db")));
    }
}
