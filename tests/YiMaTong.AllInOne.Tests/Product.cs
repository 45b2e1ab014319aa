using YiMaTong.Testing;

namespace YiMaTong.AllInOne.Tests;

/// <summary>Starts the built program on ports that are free.</summary>
internal static class Product
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static ManagedProcess Start(
        string data, IEnumerable<string>? arguments = null, Dictionary<string, string>? environment = null) =>
        ManagedProcess.Start(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "YiMaTong.AllInOne.dll"), "--data", data,
                "--rest-port", "0", "--grpc-port", "0", "--admin-port", "0", .. arguments ?? [],
            ],
            environment: environment);

    public static async Task<(int ExitCode, string Output)> RunAsync(
        string data, IEnumerable<string>? arguments = null, Dictionary<string, string>? environment = null)
    {
        await using var process = Start(data, arguments, environment);
        var exitCode = await process.WaitForExit(Limit, TestContext.Current.CancellationToken);
        return (exitCode, process.Output);
    }

    public static Task TerminateAsync(ManagedProcess process) => ManagedProcess.Run(
        "kill", ["-TERM", $"{process.Id}"], Limit, cancellationToken: TestContext.Current.CancellationToken);
}
