using System.Globalization;
using System.Net;
using System.Net.Sockets;
using YiMaTong.Testing;

namespace YiMaTong.AllInOne.Tests;

/// <summary>What an operator sees where the start fails: one line, exit code 1, no trace.</summary>
public sealed class FailedStartTests
{
    [Fact]
    public async Task Start_PortInUse_TellsThePort()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        using var folder = new TempDirectory();

        await AssertOneLineAsync(folder.Combine("data"), $":{port}", ["--admin-port", port, "--no-demo"]);
    }

    [Fact]
    public async Task Start_FolderBelowAFile_TellsTheFolder()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.Combine("file"), "", TestContext.Current.CancellationToken);
        var data = folder.Combine("file", "data");

        await AssertOneLineAsync(data, $"--data: {data}", []);
    }

    [Fact]
    public async Task Start_DamagedDatabase_TellsTheFile()
    {
        using var folder = new TempDirectory();
        var noise = new byte[8192];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(folder.Combine("issuing.db"), noise, TestContext.Current.CancellationToken);

        await AssertOneLineAsync(folder.Path, folder.Combine("issuing.db"), []);
    }

    [Fact]
    public async Task Start_DatabaseIsADirectory_TellsTheFile()
    {
        using var folder = new TempDirectory();
        System.IO.Directory.CreateDirectory(folder.Combine("issuing.db"));

        await AssertOneLineAsync(folder.Path, folder.Combine("issuing.db"), []);
    }

    [Theory]
    [InlineData("--rest-port", "many")]
    [InlineData("--rest-port", "70000")]
    [InlineData("--grpc-port", "-1")]
    public async Task Start_WrongOptionValue_TellsOptionAndValue(string option, string value)
    {
        using var folder = new TempDirectory();

        var line = await AssertOneLineAsync(folder.Combine("data"), option, [option, value], ports: false);

        Assert.Contains($"'{value}'", line, StringComparison.Ordinal);
        Assert.False(System.IO.Directory.Exists(folder.Combine("data")));
    }

    [Fact]
    public async Task Start_WrongSetting_TellsTheKey()
    {
        using var folder = new TempDirectory();

        await AssertOneLineAsync(
            folder.Combine("data"), "Listeners:StopSeconds", [],
            new() { ["YIMATONG_Listeners__StopSeconds"] = "soon" });
    }

    [Fact]
    public async Task Start_NoDemoWithTheSimulatedAuthority_IsRefused()
    {
        using var folder = new TempDirectory();

        await AssertOneLineAsync(
            folder.Combine("data"), "RealName:Mode", ["--no-demo"],
            new() { ["YIMATONG_Issuing__RealName__Mode"] = "simulated" });
    }

    private static async Task<string> AssertOneLineAsync(
        string data,
        string named,
        string[] arguments,
        Dictionary<string, string>? environment = null,
        bool ports = true)
    {
        // An option given twice counts as a fault of its own, so a test of an option gives none but its own.
        var replaced = arguments.Length > 0 && arguments[0].EndsWith("-port", StringComparison.Ordinal);
        var (exitCode, output) = replaced || !ports
            ? await RunWithoutPortsAsync(data, arguments)
            : await Product.RunAsync(data, arguments, environment);
        var line = Assert.Single(output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(1, exitCode);
        Assert.Contains(named, line, StringComparison.Ordinal);
        return line;
    }

    private static Task<(int ExitCode, string Output)> RunWithoutPortsAsync(string data, string[] arguments)
    {
        var option = arguments[0];
        var others = new[] { "--rest-port", "--grpc-port", "--admin-port" }.Where(name => name != option)
            .SelectMany(name => new[] { name, "0" });
        return ManagedProcess.Run(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "YiMaTong.AllInOne.dll"), "--data", data, .. others, .. arguments],
            Product.Limit, cancellationToken: TestContext.Current.CancellationToken);
    }
}
