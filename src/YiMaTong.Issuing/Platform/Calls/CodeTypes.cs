using YiMaTong.Codes.Online;

namespace YiMaTong.Issuing.Platform;

/// <summary>Lists of code types in registrations.</summary>
internal static class CodeTypes
{
    /// <summary>Reads a list, keeping its order and dropping repetitions.</summary>
    /// <param name="names">Names, for example "gj"; at least one.</param>
    /// <param name="joined">The names, space-separated.</param>
    /// <returns>False when the list is empty or names no type.</returns>
    public static bool TryRead(IReadOnlyCollection<string> names, out string joined)
    {
        joined = string.Join(' ', names.Distinct());
        return names.Count > 0 && names.All(name => CodeType.TryParse(name, out _));
    }
}
