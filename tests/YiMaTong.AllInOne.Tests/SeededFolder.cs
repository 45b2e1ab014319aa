using YiMaTong.AllInOne.Tests;
using YiMaTong.Testing;

[assembly: AssemblyFixture(typeof(SeededFolder))]

namespace YiMaTong.AllInOne.Tests;

/// <summary>A folder that one run has seeded, for tests to copy. The run logs all that it can.</summary>
public sealed class SeededFolder : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();

    public string Path => _folder.Combine("data");

    public int ExitCode { get; private set; }

    public string Output { get; private set; } = "";

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Settings with which every category logs at Debug.</summary>
    public static Dictionary<string, string> Verbose { get; } = new()
    {
        ["YIMATONG_Logging__LogLevel__Default"] = "Debug",
    };

    public async ValueTask InitializeAsync()
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        (ExitCode, Output) = await Product.RunAsync(Path, ["--once"], Verbose);
        Elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Copies the folder.</summary>
    public string CopyTo(TempDirectory target)
    {
        var copy = target.Combine("data");
        foreach (var file in System.IO.Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            var to = System.IO.Path.Combine(copy, System.IO.Path.GetRelativePath(Path, file));
            System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return copy;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
