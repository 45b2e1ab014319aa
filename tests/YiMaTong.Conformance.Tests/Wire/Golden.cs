using System.Text.Json;
using System.Text.RegularExpressions;

namespace YiMaTong.Conformance.Tests.Wire;

/// <summary>
/// Compares an answer with a printed example: the same properties in the same order, the same JSON kinds. A string that
/// begins with ~ is a regular expression for the whole value, any other must be equal; a number stands for any integer;
/// an array of one element stands for one or more of its shape, a longer one is compared element by element.
/// </summary>
internal static class Golden
{
    public static void Matches(string file, JsonElement actual)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", file)));
        var differences = new List<string>();
        Compare(golden.RootElement, actual, "$", differences);
        Assert.True(differences.Count == 0, $"{file}: {string.Join("; ", differences)}");
    }

    internal static void Compare(JsonElement golden, JsonElement actual, string path, List<string> differences)
    {
        if (golden.ValueKind != actual.ValueKind)
        {
            differences.Add($"{path}: expected {golden.ValueKind}, got {actual.ValueKind}");
            return;
        }

        switch (golden.ValueKind)
        {
            case JsonValueKind.Object:
                CompareObjects(golden, actual, path, differences);
                break;
            case JsonValueKind.Array:
                CompareArrays(golden, actual, path, differences);
                break;
            case JsonValueKind.String:
                CompareStrings(golden.GetString()!, actual.GetString()!, path, differences);
                break;
            case JsonValueKind.Number when !actual.TryGetInt64(out _):
                differences.Add($"{path}: expected an integer, got {actual}");
                break;
        }
    }

    private static void CompareObjects(JsonElement golden, JsonElement actual, string path, List<string> differences)
    {
        var expectedNames = golden.EnumerateObject().Select(property => property.Name).ToArray();
        var names = actual.EnumerateObject().Select(property => property.Name).ToArray();
        if (!expectedNames.SequenceEqual(names))
        {
            differences.Add($"{path}: expected {string.Join(",", expectedNames)}, got {string.Join(",", names)}");
            return;
        }

        foreach (var property in golden.EnumerateObject())
        {
            Compare(property.Value, actual.GetProperty(property.Name), $"{path}.{property.Name}", differences);
        }
    }

    private static void CompareArrays(JsonElement golden, JsonElement actual, string path, List<string> differences)
    {
        var (expected, count) = (golden.GetArrayLength(), actual.GetArrayLength());
        if (expected == 1 ? count == 0 : count != expected)
        {
            differences.Add($"{path}: expected {(expected == 1 ? "elements" : expected)}, got {count}");
            return;
        }

        for (var i = 0; i < count; i++)
        {
            Compare(golden[expected == 1 ? 0 : i], actual[i], $"{path}[{i}]", differences);
        }
    }

    private static void CompareStrings(string golden, string actual, string path, List<string> differences)
    {
        var same = golden.StartsWith('~') ? Regex.IsMatch(actual, $"^(?:{golden[1..]})$") : golden == actual;
        if (!same)
        {
            differences.Add($"{path}: expected {golden}, got {actual}");
        }
    }
}
