using System.Collections.Frozen;

namespace YiMaTong.Rules;

/// <summary>
/// The first wall: lets through the words and signs of the rule language and nothing else, and bounds how deep an
/// expression may nest before a parser that calls itself sees it.
/// </summary>
internal static class RuleLexer
{
    /// <summary>Most parentheses and negations inside one another.</summary>
    public const int MaxDepth = 32;

    private static readonly FrozenSet<string> Words = new[]
    {
        "subject", "scene", "Has", "TalentLevel", "Veteran", "Disabled", "Student", "Senior", "PractitionerMark",
        "Route", "in", "true", "false",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] Signs = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", ",", "."];

    /// <summary>What is wrong with a text, with its place counted from 1; null where it may be parsed.</summary>
    public static string? Check(ReadOnlySpan<char> text)
    {
        var open = 0;
        var negations = 0;
        var afterText = false;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
                continue;
            }

            var length = TokenLength(text, at, out var problem);
            if (problem is not null)
            {
                return problem;
            }

            var token = text.Slice(at, length);

            // The parser reads two texts in a list without a comma as two items, and takes <> for !=.
            if ((afterText && token[0] == '"') || (token is "<" && text[(at + 1)..].StartsWith(">")))
            {
                return $"'{token[0]}' at {at + 1} is out of place";
            }

            afterText = token[0] == '"';
            open += token is "(" ? 1 : token is ")" ? -1 : 0;
            negations = token is "!" ? negations + 1 : token is "(" ? negations : 0;
            if (open < 0)
            {
                return $"')' at {at + 1} closes nothing";
            }

            if (open + negations > MaxDepth)
            {
                return $"More than {MaxDepth} parentheses and negations inside one another at {at + 1}";
            }

            at += length;
        }

        return open > 0 ? "A '(' is not closed" : null;
    }

    private static int TokenLength(ReadOnlySpan<char> text, int at, out string? problem)
    {
        problem = null;
        var rest = text[at..];
        if (char.IsAsciiLetter(rest[0]))
        {
            var length = rest.IndexOfAnyExcept(WordChars);
            length = length < 0 ? rest.Length : length;
            var word = rest[..length];
            if (!Words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
            {
                problem = $"'{Shorten(word)}' at {at + 1} is not part of the rule language";
            }

            return length;
        }

        if (rest[0] == '"')
        {
            return LiteralLength(rest, at, out problem);
        }

        foreach (var sign in Signs)
        {
            if (rest.StartsWith(sign, StringComparison.Ordinal))
            {
                return sign.Length;
            }
        }

        problem = char.IsAscii(rest[0]) && !char.IsControl(rest[0])
            ? $"'{rest[0]}' at {at + 1} is not part of the rule language"
            : $"The character at {at + 1} is not part of the rule language";
        return 1;
    }

    private static int LiteralLength(ReadOnlySpan<char> rest, int at, out string? problem)
    {
        var length = rest[1..].IndexOf('"');
        if (length < 0)
        {
            problem = $"The text that begins at {at + 1} has no closing quote";
            return rest.Length;
        }

        var wrong = rest.Slice(1, length).IndexOfAnyInRange('\0', '\x1f');
        wrong = wrong < 0 ? rest.Slice(1, length).IndexOf('\\') : wrong;
        problem = wrong >= 0 ? $"A text holds a backslash or control character at {at + 2 + wrong}"
            : null;
        return length + 2;
    }

    private static string Shorten(ReadOnlySpan<char> word) =>
        word.Length <= 32 ? word.ToString() : string.Concat(word[..32], "…");

    private static readonly System.Buffers.SearchValues<char> WordChars =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}
