using System.Text.RegularExpressions;
using YiMaTong.Testing;

namespace YiMaTong.Conformance.Tests.Target;

/// <summary>The product started for this run, with an empty data directory, as a newcomer starts it.</summary>
internal sealed partial class AllInOneServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly ManagedProcess _process;
    private readonly TempDirectory _data;

    private AllInOneServer(ManagedProcess process, TempDirectory data, Uri baseAddress)
    {
        _process = process;
        _data = data;
        BaseAddress = baseAddress;
    }

    public Uri BaseAddress { get; }

    public string DemoJson => File.ReadAllText(_data.Combine("demo.json"));

    public string OperatorToken => File.ReadAllText(_data.Combine("operator.token")).Trim();

    public static async Task<AllInOneServer> Start()
    {
        var assembly = FindAssembly();
        var data = new TempDirectory("yimatong-conformance-");
        var ports = FreePort.Take(3);
        var process = ManagedProcess.Start("dotnet",
        [
            assembly,
            "--data", data.Path,
            "--rest-port", $"{ports[0]}",
            "--grpc-port", $"{ports[1]}",
            "--admin-port", $"{ports[2]}",
        ], Path.GetDirectoryName(assembly));
        try
        {
            await process.WaitForLine(line => Ready().IsMatch(line), StartLimit);
            return new(process, data, new Uri($"http://127.0.0.1:{ports[0]}"));
        }
        catch
        {
            await process.DisposeAsync();
            data.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _data.Dispose();
    }

    private static string FindAssembly()
    {
        var builds = RepositoryRoot.Combine("src", "YiMaTong.AllInOne", "bin");
        var newest = new[] { "Release", "Debug" }
            .Select(configuration => Path.Combine(builds, configuration))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(
                folder, "YiMaTong.AllInOne.dll",
                    new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }))
            .MaxBy(File.GetLastWriteTimeUtc);
        return newest ?? throw new FileNotFoundException(
            $"no YiMaTong.AllInOne.dll below {builds}/Release or Debug: build src/YiMaTong.AllInOne first, "
            + "or set YIMATONG_BASE_URL, YIMATONG_DEMO_JSON and YIMATONG_OPERATOR_TOKEN to test a running system");
    }

    [GeneratedRegex(@"^\W*ready\b", RegexOptions.IgnoreCase)]
    private static partial Regex Ready();
}
