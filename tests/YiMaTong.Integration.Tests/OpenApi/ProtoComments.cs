using System.Text.RegularExpressions;

namespace YiMaTong.Integration.Tests.OpenApi;

/// <summary>
/// Leading comments of the protos by full name. Generated descriptors carry none, so they come from the sources. The
/// protos keep to the plain form that buf's linter holds them to: one declaration a line, no nested block comments.
/// </summary>
internal sealed partial class ProtoComments
{
    private readonly Dictionary<string, string> _byName = [];

    /// <summary>Reads every proto below the folder.</summary>
    public static ProtoComments Read(string folder)
    {
        var comments = new ProtoComments();
        foreach (var file in System.IO.Directory.EnumerateFiles(folder, "*.proto", SearchOption.AllDirectories).Order())
        {
            comments.Add(File.ReadAllLines(file));
        }

        return comments;
    }

    /// <summary>The comment of a message, field, service or method; empty where it has none.</summary>
    public string Of(string fullName) => _byName.GetValueOrDefault(fullName, "");

    private void Add(string[] lines)
    {
        var package = "";
        var scope = new Stack<string>();
        var comment = new List<string>();
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line[2..].Trim());
                continue;
            }

            if (Package().Match(line) is { Success: true } named)
            {
                package = named.Groups[1].Value;
            }

            var declaration = Declaration().Match(line);
            var name = declaration.Groups[1].Value + declaration.Groups[2].Value;
            if (declaration.Success)
            {
                _byName[string.Join('.', [package, .. scope.Reverse(), name])] = string.Join(' ', comment);
            }

            var depth = line.Count(c => c == '{') - line.Count(c => c == '}');
            if (depth > 0)
            {
                // An option's braces have no name; they are kept so that their ends match.
                scope.Push(name);
            }
            else if (depth < 0)
            {
                scope.Pop();
            }

            comment.Clear();
        }
    }

    [GeneratedRegex(@"^package ([\w.]+);")]
    private static partial Regex Package();

    [GeneratedRegex(@"^(?:(?:message|enum|service|rpc) (\w+)\b|(?:(?:repeated|optional) )?[\w.]+ (\w+) = \d+)")]
    private static partial Regex Declaration();
}
