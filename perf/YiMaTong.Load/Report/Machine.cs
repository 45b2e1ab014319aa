using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace YiMaTong.Load.Report;

/// <summary>Where and of what a figure was measured.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, memory, system and runtime in a line.</summary>
    public static string Line()
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var memory = File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var gigabytes = long.Parse(memory, CultureInfo.InvariantCulture) / (1 << 20);
        return $"{model?.Split(':')[^1].Trim() ?? "unknown processor"}, {CoresOfMachine()} cores, {gigabytes} GiB, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>The commit, marked where the tree differs from it.</summary>
    public static async Task<string> Commit(string repository)
    {
        var commit = await Git(repository, "rev-parse", "HEAD");
        var changed = await Git(repository, "status", "--porcelain");
        return commit.Trim() + (changed.Length > 0 ? " (changed)" : "");
    }

    // The process itself is pinned, so it does not count the machine's cores.
    private static int CoresOfMachine() =>
        File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal));

    private static async Task<string> Git(string repository, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("git", ["-C", repository, .. arguments]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text;
    }
}
