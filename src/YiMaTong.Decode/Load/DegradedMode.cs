using System.Diagnostics.CodeAnalysis;

namespace YiMaTong.Decode.Load;

/// <summary>What decides whether the node is degraded.</summary>
internal enum DegradedMode
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>Always.</summary>
    On,

    /// <summary>By the processor time taken.</summary>
    Auto,
}

/// <summary>Their names in settings and on the admin port.</summary>
internal static class DegradedModes
{
    /// <summary>Reads a name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DegradedMode mode)
    {
        (var known, mode) = text switch
        {
            "off" => (true, DegradedMode.Off),
            "on" => (true, DegradedMode.On),
            "auto" => (true, DegradedMode.Auto),
            _ => (false, default),
        };
        return known;
    }
}
