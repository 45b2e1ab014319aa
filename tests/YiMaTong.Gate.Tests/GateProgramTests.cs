using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YiMaTong.Codes.Emergency;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Journal;
using YiMaTong.Gate.Trust;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>The program yimatong-gate as its own process.</summary>
public sealed class GateProgramTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "yimatong-gate.dll");

    private readonly TempDirectory _folder = new();
    private readonly TrustWorld _trust = new(DateTimeOffset.UtcNow);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_CodesOnStandardInput_PrintsALineForEach()
    {
        Prepare();
        var codes = Codes(3);
        await File.WriteAllLinesAsync(_folder.Combine("codes"), [.. codes, codes[0], "YM1ABC", "", "?"], Stop);

        var (exitCode, output) = await RunAsync("codes");

        var lines = Lines(output);
        Assert.Equal(0, exitCode);
        Assert.Equal(
            ["PY0000", "PY0000", "PY0000", "PY2009", "PY1998"],
            lines.Select(line => (string?)line["code"]).OfType<string>());
        Assert.All(lines.Take(3), line => Assert.Equal("permit", (string)line["decision"]!));
        Assert.All(lines.Take(5), line => Assert.True((bool)line["recorded"]!));
        Assert.Contains("应急码", (string)lines[4]["reasonZh"]!, StringComparison.Ordinal);
        Assert.Equal((true, 3, 5), (
            (bool)lines[5]["declared"]!, (int)lines[5]["usedCodes"]!, (int)lines[5]["scansWaiting"]!));
    }

    [Fact]
    public async Task Run_OneCodeOrStatus_EndsWithTheVerdict()
    {
        Prepare();

        var (passed, output) = await RunAsync(null, "--code", Codes(1)[0]);
        Assert.Equal((0, "PY0000"), (passed, (string)Lines(output).Single()["code"]!));
        var (refused, _) = await RunAsync(null, "--code", "YM1ABC");
        Assert.Equal(3, refused);
        var (status, line) = await RunAsync(null, "--status");
        Assert.Equal((0, "down", 1), (
            status, (string)Lines(line).Single()["line"]!, (int)Lines(line).Single()["keySetRevision"]!));
    }

    [Fact]
    public async Task Run_CommandOfTheGuide_StartsAndTellsHowItIs()
    {
        Prepare();
        var guide = await File.ReadAllTextAsync(RepositoryRoot.Combine("docs", "gate.md"), Stop);
        var settings = Regex.Matches(guide, @"--Gate:[^\s\\]+").Select(found => found.Value
            .Replace("/var/lib/yimatong-gate", "data", StringComparison.Ordinal)
            .Replace("10.0.0.", "127.0.0.", StringComparison.Ordinal)).ToList();
        Assert.Contains("--Gate:Offline:DataFolder=data", settings);

        var (exitCode, output) = await ManagedProcess.Run(
            "dotnet", ["exec", Program, .. settings, "--status"], Limit, _folder.Path, Stop);

        Assert.True(exitCode == 0, output);
        var status = Lines(output).Single();
        Assert.Equal(("down", 1), ((string)status["line"]!, (int)status["keySetRevision"]!));
    }

    [Fact]
    public async Task Run_AlarmIsAcknowledged_PrintsHowTheGateIs()
    {
        Prepare();
        await File.WriteAllTextAsync(_folder.Combine("data", "trust", "tag-catalogue.doc"), "damaged", Stop);
        await File.WriteAllLinesAsync(_folder.Combine("codes"), ["?", "!TrustFileDamaged", "!NoAlarm"], Stop);

        var (exitCode, output) = await RunAsync("codes");

        var lines = Lines(output);
        Assert.Equal(0, exitCode);
        Assert.Equal([1, 0], lines.Take(2).Select(line => line["alarms"]!.AsArray().Count));

        // What is no alarm's name is taken for a code, and is none.
        Assert.Equal("PY1998", (string)lines[2]["code"]!);
    }

    [Fact]
    public void Alarms_All_AreInTheHandbook()
    {
        var handbook = File.ReadAllText(RepositoryRoot.Combine("docs", "operations.md"));

        Assert.All(
            Enum.GetNames<GateAlarm>(), name => Assert.Contains($"| `{name}` |", handbook, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WrongSettings_NamesEveryOne()
    {
        var (exitCode, output) = await ManagedProcess.Run(
            "dotnet",
            ["exec", Program, "--Gate:DeadlineMs=1", "--Gate:Offline:CutOffSeconds=1", "--Gate:PrivateKeyFile=none"],
            Limit,
            _folder.Path,
            Stop);

        Assert.Equal(1, exitCode);
        string[] keys =
        [
            "Gate:Nodes:", "Gate:MerchantId:", "Gate:DeadlineMs:", "Gate:PrivateKeyFile:", "Gate:Offline:DataFolder:",
            "Gate:Offline:Region:", "Gate:Offline:Direction:", "Gate:Offline:RootKeyFiles:",
            "Gate:Offline:CutOffSeconds:",
        ];
        Assert.All(keys, key => Assert.Contains(key, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_KilledWhileItAnswers_LosesNothingThatItSaidAndCountsNothingTwice()
    {
        Prepare();
        var codes = Codes(4_000);
        await File.WriteAllLinesAsync(_folder.Combine("codes"), codes, Stop);
        var told = new Dictionary<string, string>();
        var rounds = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1" ? 30 : 4;
        TestContext.Current.SendDiagnosticMessage($"{rounds} kills (30 with YIMATONG_LONG=1)");
        for (var round = 0; round < rounds; round++)
        {
            await using var gate = Start("codes");
            for (var answers = 0; answers < 40 + 23 * round; answers++)
            {
                await gate.WaitForLine(line => line.Contains("scanId", StringComparison.Ordinal), Limit, Stop);
            }

            gate.Kill();
            await gate.WaitForExit(Limit, Stop);
            Note(gate.Output, told);
        }

        var journal = new JournalFolder(_folder.Combine("data", "journal"), new GateAlarms(TimeProvider.System));
        var kept = journal.All().ToList();
        Assert.Subset(kept.Select(scan => scan.Scan.ScanId).ToHashSet(), told.Keys.ToHashSet());
        Assert.Equal(kept.Count, kept.Select(scan => (scan.Journal, scan.Sequence)).Distinct().Count());
        var passed = kept.Where(scan => scan.Scan.Decision == Decision.Permit).ToList();
        Assert.True(passed.Count >= 40 + 23 * (rounds - 1));
        Assert.Equal(passed.Count, passed.Select(scan => scan.Scan.StatusIndex).Distinct().Count());
        Assert.Equal(rounds, kept.Select(scan => scan.Journal).Distinct().Count());
    }

    [Fact]
    public async Task Run_DiskTakesNoMore_GoesOnDecidingAndSaysSo()
    {
        Prepare();
        await File.WriteAllLinesAsync(_folder.Combine("codes"), [.. Codes(400), "?"], Stop);

        // Blocks of 1,024 bytes: the journal may grow to 16 KiB, some 100 scans, in any one file.
        var (exitCode, output) = await ManagedProcess.Run(
            "/bin/bash",
            ["-c", $"ulimit -f 16; export DOTNET_EnableWriteXorExecute=0; exec {CommandLine()} < codes"],
            Limit,
            _folder.Path,
            Stop);

        var lines = Lines(output).Where(line => line["code"] is not null).ToList();
        Assert.True(exitCode == 0, output);
        Assert.Equal(400, lines.Count);
        Assert.All(lines, line => Assert.Equal("permit", (string)line["decision"]!));
        var kept = new JournalFolder(_folder.Combine("data", "journal"), new GateAlarms(TimeProvider.System))
            .All().Select(scan => scan.Scan.ScanId).ToHashSet();
        var recorded = lines.Where(line => (bool)line["recorded"]!).Select(line => (string)line["scanId"]!);
        Assert.Subset(kept, recorded.ToHashSet());
        Assert.Contains("\"alarm\":\"JournalRefused\"", output, StringComparison.Ordinal);
    }

    private void Prepare()
    {
        File.WriteAllText(_folder.Combine("merchant.pem"), GateWorld.MerchantPem);
        File.WriteAllText(_folder.Combine("root.pem"), _trust.RootPem);
        var store = new TrustStore(
            _folder.Combine("data", "trust"),
            RootKeys.Read([_trust.RootPem]),
            new EmergencyPolicy { Region = new(330106) },
            new GateAlarms(TimeProvider.System),
            TimeProvider.System);
        store.Apply(_trust.Update(_trust.Declaration()));
    }

    private List<string> Codes(int count) => [.. Enumerable.Range(0, count).Select(i => _trust.Static(i))];

    private static string[] Settings =>
    [
        "--Gate:Nodes:0=http://127.0.0.1:9", "--Gate:MerchantId=hz-metro", "--Gate:MacId=gate-01",
        "--Gate:PrivateKeyFile=merchant.pem", "--Gate:Offline:DataFolder=data", "--Gate:Offline:Region=330106",
        "--Gate:Offline:SceneKind=a", "--Gate:Offline:Direction=Entry", "--Gate:Offline:RootKeyFiles:0=root.pem",
        "--Gate:Offline:JournalWaitMs=10000",
    ];

    private static string CommandLine(params string[] arguments) =>
        $"dotnet exec '{Program}' {string.Join(' ', Settings.Concat(arguments).Select(one => $"'{one}'"))}";

    private ManagedProcess Start(string codes) => ManagedProcess.Start(
        "/bin/sh", ["-c", $"exec {CommandLine()} < {codes}"], _folder.Path);

    private Task<(int ExitCode, string Output)> RunAsync(string? codes, params string[] arguments) =>
        ManagedProcess.Run(
            "/bin/sh", ["-c", $"exec {CommandLine(arguments)} < {codes ?? "/dev/null"}"], Limit, _folder.Path, Stop);

    private static List<JsonNode> Lines(string output) =>
    [
        .. output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!)
            .Where(line => line["alarm"] is null),
    ];

    // The last line may be cut, or one of an alarm.
    private static void Note(string output, Dictionary<string, string> told)
    {
        foreach (var line in output.Split('\n').Where(line => line.StartsWith("{\"scanId\"") && line.EndsWith('}')))
        {
            var answer = JsonNode.Parse(line)!;
            Assert.True((bool)answer["recorded"]!, line);
            told[(string)answer["scanId"]!] = (string)answer["code"]!;
        }
    }
}
