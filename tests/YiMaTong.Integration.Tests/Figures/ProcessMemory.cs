using System.Globalization;

namespace YiMaTong.Integration.Tests.Figures;

/// <summary>Memory of a process as the kernel tells it.</summary>
internal static class ProcessMemory
{
    /// <summary>MB that it occupies now.</summary>
    public static double Now(int id) => Read(id, "VmRSS:");

    /// <summary>MB that it has occupied at most.</summary>
    public static double Most(int id) => Read(id, "VmHWM:");

    private static double Read(int id, string name)
    {
        var line = File.ReadLines($"/proc/{id}/status").Single(
            line => line.StartsWith(name, StringComparison.Ordinal));
        var kib = line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(kib, CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
