using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Hosting.Tests.Settings;

public sealed class StartupFailureTests
{
    [Fact]
    public async Task Start_SeveralFaults_TellsAllAtOnceByKeyAndValue()
    {
        var lines = await FailAsync(new()
        {
            ["Listeners:Address"] = "localhost",
            ["Listeners:AdminAddress"] = "nowhere",
            ["Listeners:RestPort"] = "70000",
            ["Listeners:DrainSeconds"] = "-1",
            ["Listeners:StopSeconds"] = "0",
            ["Listeners:MaxBodyBytes"] = "1",
            ["Listeners:MaxGrpcMessageBytes"] = "1",
            ["Listeners:RequestsPerSecondPerAddress"] = "-5",
            ["Listeners:MaxConcurrentRequests"] = "0",
        });

        Assert.Equal(
            [
                "Listeners:Address: must be an IP address or * (is 'localhost')",
                "Listeners:AdminAddress: must be an IP address, * or empty (is 'nowhere')",
                "Listeners:RestPort: must be 0 to 65535 (is '70000')",
                "Listeners:DrainSeconds: must be 0 to 300 (is '-1')",
                "Listeners:StopSeconds: must be 1 to 300 (is '0')",
                "Listeners:MaxBodyBytes: must be 1024 to 1048576 (is '1')",
                "Listeners:MaxGrpcMessageBytes: must be 1024 to 16777216 (is '1')",
                "Listeners:RequestsPerSecondPerAddress: must be 0 to 100000000 (is '-5')",
                "Listeners:MaxConcurrentRequests: must be 1 to 1000000 (is '0')",
            ],
            lines);
    }

    [Fact]
    public async Task Start_EqualPorts_NamesThem()
    {
        var lines = await FailAsync(new() { ["Listeners:RestPort"] = "9001", ["Listeners:AdminPort"] = "9001" });

        Assert.Equal(["Listeners:RestPort/GrpcPort/AdminPort: must differ from one another (is '9001/0/9001')"], lines);
    }

    [Theory]
    [InlineData("Listeners:RestPort", "many")]
    [InlineData("Listeners:Reflection", "perhaps")]
    public async Task Start_ValueOfAnotherType_NamesKeyAndValue(string key, string value)
    {
        var line = Assert.Single(await FailAsync(new() { [key] = value }));

        Assert.Contains($"'{value}'", line, StringComparison.Ordinal);
        Assert.Contains($"'{key}'", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_NamesThePort()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var line = Assert.Single(await FailAsync(new() { ["Listeners:RestPort"] = $"{port}" }));

        Assert.StartsWith("A port is in use by another process: ", line, StringComparison.Ordinal);
        Assert.Contains($":{port}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_TellsOneLine()
    {
        var line = Assert.Single(await FailAsync(new() { ["Listeners:Address"] = "203.0.113.1" }));

        Assert.StartsWith("Cannot listen", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_Aggregate_TellsEveryLine()
    {
        var both = new AggregateException(
            new OptionsValidationException("a", typeof(object), ["A:B: one", "A:C: two"]),
            new InvalidOperationException("wrapped", new StartupException("three")));

        Assert.Equal(["A:B: one", "A:C: two", "three"], StartupFailure.Describe(both));
        Assert.Equal(["three"], StartupFailure.Describe(new AggregateException(new StartupException("three"))));
        Assert.Equal(
            ["A:B: one", "A:C: two", "three"], StartupFailure.Describe(new InvalidOperationException("wrapped", both)));
    }

    [Fact]
    public void Describe_ProgrammersFault_IsNull()
    {
        Assert.Null(StartupFailure.Describe(new InvalidOperationException("bug")));
        Assert.Null(StartupFailure.Describe(
            new AggregateException(new StartupException("one"), new InvalidOperationException("bug"))));
        Assert.Null(StartupFailure.Describe(new AggregateException()));
    }

    [Fact]
    public void Describe_AddressInUseDeepWithin_NamesWhatKestrelSays()
    {
        var bind = new IOException(
            "Failed to bind to address http://127.0.0.1:8080: address already in use.",
            new AddressInUseException("in use"));

        var line = Assert.Single(StartupFailure.Describe(new InvalidOperationException("outer", bind))!);

        Assert.Equal(
            "A port is in use by another process: "
            + "Failed to bind to address http://127.0.0.1:8080: address already in use.",
            line);
    }

    [Fact]
    public void Describe_SeveralLinesInOneMessage_KeepsOneLine() => Assert.DoesNotContain(
        StartupFailure.Describe(new StartupException("first\nsecond"))!,
            line => line.Contains('\n', StringComparison.Ordinal));

    private static async Task<IReadOnlyList<string>> FailAsync(Dictionary<string, string?> settings)
    {
        var thrown = await Record.ExceptionAsync(
            async () => await (await TestServer.StartAsync(settings)).DisposeAsync());
        Assert.NotNull(thrown);
        return StartupFailure.Describe(thrown) ?? throw new InvalidOperationException("not described", thrown);
    }
}
