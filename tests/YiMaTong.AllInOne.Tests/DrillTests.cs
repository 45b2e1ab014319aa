using YiMaTong.Testing;

namespace YiMaTong.AllInOne.Tests;

/// <summary>The outage drill, as deploy/drill.sh runs it.</summary>
public sealed class DrillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Drill_BothServicesKilledInTurn_EveryScanIsAccountedFor()
    {
        using var folder = new TempDirectory();
        await using var drill = ManagedProcess.Start(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "YiMaTong.AllInOne.dll"),
                "drill", "--data", folder.Combine("data"),
            ]);

        var exitCode = await drill.WaitForExit(Limit, TestContext.Current.CancellationToken);

        output.WriteLine(drill.Output);
        Assert.True(exitCode == 0, drill.Output);
        Assert.Contains("every scan is accounted for", drill.Output, StringComparison.Ordinal);
    }
}
