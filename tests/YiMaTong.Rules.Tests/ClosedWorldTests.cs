using CsCheck;

namespace YiMaTong.Rules.Tests;

public sealed class ClosedWorldTests
{
    private static readonly Dictionary<string, int> Tags = new() { ["talent"] = 1, ["broken"] = 65 };

    // Words that only the parser, the runtime or this code's own types would put into a message.
    private static readonly string[] Leaks =
    [
        "System.", "Expression", "ParseException", "RuleSubject", "RuleScene", "Boolean", "String", "Exception",
        "Method", "Syntax", "identifier", "applicable", "property or field", "accessible", "operator '", "Dynamic",
    ];

    [Theory]
    [InlineData("typeof(string) == null")]
    [InlineData("""System.IO.File.ReadAllText("/etc/passwd") == "" """)]
    [InlineData("""File.Exists("/etc/passwd")""")]
    [InlineData(""" "".GetType() == null""")]
    [InlineData("subject.GetType() == null")]
    [InlineData("subject.GetHashCode() == 1")]
    [InlineData("""subject.Equals(scene)""")]
    [InlineData("""subject.Has("talent").GetType().Assembly == null""")]
    [InlineData("new object() == null")]
    [InlineData("""new(1 as a) == null""")]
    [InlineData("""new System.Net.WebClient() == null""")]
    [InlineData("subject.ToString() == \"\"")]
    [InlineData("subject.TalentLevel.ToString() == \"\"")]
    [InlineData("subject.TalentLevel.Length == 1")]
    [InlineData("subject.TalentLevel.Contains(\"A\")")]
    [InlineData("subject.TalentLevel.StartsWith(\"A\")")]
    [InlineData("scene.Route.Substring(1) == \"\"")]
    [InlineData("scene.Route[0] == 'K'")]
    [InlineData("subject[\"Veteran\"]")]
    [InlineData("Math.Max(1, 2) == 2")]
    [InlineData("Math.PI > 3")]
    [InlineData("DateTime.Now > DateTime.Today")]
    [InlineData("Convert.ToBoolean(1)")]
    [InlineData("Guid.NewGuid() == null")]
    [InlineData("Environment.Exit(1) == null")]
    [InlineData("string.IsNullOrEmpty(\"\")")]
    [InlineData("String.Compare(\"a\", \"b\") == 0")]
    [InlineData("2147483647 + 1 > 0")]
    [InlineData("1 / 0 == 1")]
    [InlineData("9999999999999999999999999999 == 1")]
    [InlineData("1 == 1")]
    [InlineData("0x10 == 16")]
    [InlineData("1e400 > 0")]
    [InlineData("it")]
    [InlineData("it.Veteran")]
    [InlineData("it == null")]
    [InlineData("root.Veteran")]
    [InlineData("parent.Veteran")]
    [InlineData("$.Veteran")]
    [InlineData("^.Veteran")]
    [InlineData("@0")]
    [InlineData("(x => true)(1)")]
    [InlineData("subject => true")]
    [InlineData("subject.Where(x => true).Any()")]
    [InlineData("np(subject.TalentLevel) == null")]
    [InlineData("iif(true, true, false)")]
    [InlineData("true ? true : false")]
    [InlineData("subject.TalentLevel ?? \"\" == \"A\"")]
    [InlineData("subject?.Veteran")]
    [InlineData("isnull(subject, subject) == null")]
    [InlineData("is(\"System.String\")")]
    [InlineData("as(\"System.String\") == null")]
    [InlineData("cast(\"System.String\") == null")]
    [InlineData("subject as object == null")]
    [InlineData("(object)subject == null")]
    [InlineData("\"a\" + \"b\" == \"ab\"")]
    [InlineData("\"a\" & \"b\" == \"ab\"")]
    [InlineData("subject.TalentLevel + \"\" == \"A\"")]
    [InlineData("\"System.Type\" == \"System.Type\"")]
    [InlineData("\"a\" == \"a\"")]
    [InlineData("\"a\" <= \"b\"")]
    [InlineData("\"a\" in (\"a\", \"b\")")]
    [InlineData("subject.Veteran & subject.Student")]
    [InlineData("subject.Veteran | subject.Student")]
    [InlineData("subject.Veteran ^ subject.Student")]
    [InlineData("subject.Veteran and subject.Student")]
    [InlineData("subject.Veteran or subject.Student")]
    [InlineData("not subject.Veteran")]
    [InlineData("subject.Veteran = true")]
    [InlineData("subject.Veteran <> true")]
    [InlineData("null == null")]
    [InlineData("subject == subject")]
    [InlineData("subject == scene")]
    [InlineData("subject != scene")]
    [InlineData("subject in (subject)")]
    [InlineData("subject")]
    [InlineData("scene")]
    [InlineData("subject.Has")]
    [InlineData("subject.TalentLevel")]
    [InlineData("Has(\"talent\")")]
    [InlineData("Veteran")]
    [InlineData("scene.Veteran")]
    [InlineData("subject.Route == \"K7\"")]
    [InlineData("scene.Has(\"talent\")")]
    [InlineData("subject.veteran")]
    [InlineData("Subject.Veteran")]
    [InlineData("subject.Bits == 0")]
    [InlineData("subject.Has()")]
    [InlineData("subject.Has(\"talent\", \"talent\")")]
    [InlineData("subject.Has(true)")]
    [InlineData("subject.Has(subject)")]
    [InlineData("subject.Has(scene.Route)")]
    [InlineData("subject.Has(subject.TalentLevel)")]
    [InlineData("subject.Has(\"talent\") == \"true\"")]
    [InlineData("subject.Veteran > subject.Student")]
    [InlineData("subject.Veteran < true")]
    [InlineData("subject.Veteran in (true, false)")]
    [InlineData("subject.TalentLevel == scene.Route")]
    [InlineData("subject.TalentLevel in (scene.Route)")]
    [InlineData("\"A\" in subject.TalentLevel")]
    [InlineData("scene.Route in ()")]
    [InlineData("scene.Route in (\"a\",)")]
    [InlineData("scene.Route in (\"a\" \"b\")")]
    [InlineData("scene.Route in \"a\"")]
    [InlineData("scene.Route <= \"K7\"")]
    [InlineData("subject.PractitionerMark > \"red\"")]
    [InlineData("true true")]
    [InlineData("true;")]
    [InlineData("true // comment")]
    [InlineData("true && ")]
    [InlineData("&& true")]
    [InlineData("(true")]
    [InlineData("true)")]
    [InlineData(")(")]
    [InlineData("()")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("scene.Route == \"open")]
    [InlineData("scene.Route == 'K7'")]
    [InlineData("scene.Route == \"a\\u0000\"")]
    [InlineData("scene.Route == \"a\"\"b\"")]
    [InlineData("scene.Route == \"a\nb\"")]
    [InlineData("subject\0.Veteran")]
    [InlineData("主体.Veteran")]
    public void TryCompile_OutsideTheLanguage_IsRefusedInItsOwnWords(string text)
    {
        Assert.False(RuleCompiler.TryCompile(text, Tags, out var rule, out var error));

        Assert.Null(rule);
        Assert.NotNull(error);

        // A word of the rule itself may be quoted back.
        Assert.DoesNotContain(Leaks, leak => error.Contains(leak, StringComparison.Ordinal) && !text.Contains(leak));
        Assert.All(error, c => Assert.False(char.IsControl(c)));
    }

    [Theory]
    [InlineData("subject.Veteran && Math.PI", "'Math' at 20 is not part of the rule language")]
    [InlineData("subject.Veteran + true", "'+' at 17 is not part of the rule language")]
    [InlineData("true && ", "The rule cannot be understood at 9")]
    [InlineData("(true", "A '(' is not closed")]
    [InlineData("true)", "')' at 5 closes nothing")]
    [InlineData("scene.Route == \"a", "The text that begins at 16 has no closing quote")]
    [InlineData("subject.Has(\"tallent\")", "There is no tag \"tallent\"")]
    [InlineData("subject.Has(\"broken\")", "Tag \"broken\" has no number from 1 to 64 (65)")]
    [InlineData("subject.Has(scene.Route)", "subject.Has takes the key of a tag, written out in quotes")]
    [InlineData("subject.TalentLevel <= \"G\"", "\"G\" is no talent level: A to F, or empty for none")]
    [InlineData("subject.TalentLevel == \"a\"", "\"a\" is no talent level: A to F, or empty for none")]
    [InlineData("subject.TalentLevel <= \"\"", "TalentLevel is compared in order with no level: name one of A to F")]
    [InlineData("scene.Route < \"K7\"", "Route has no order: only == != and in compare it")]
    [InlineData("subject.PractitionerMark == \"green\"",
        "\"green\" is no practitioner mark: red, yellow, blue, or empty for none")]
    public void TryCompile_Mistake_IsNamed(string text, string expected)
    {
        Assert.False(RuleCompiler.TryCompile(text, Tags, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void TryCompile_LongestText_IsCompiledAndOneMoreIsNot()
    {
        var text = "true".PadRight(RuleCompiler.MaxLength);

        Assert.True(RuleCompiler.TryCompile(text, Tags, out _, out _));
        Assert.False(RuleCompiler.TryCompile(text + " ", Tags, out _, out var error));
        Assert.Equal("The rule has 1025 characters; at most 1024 are allowed", error);
    }

    [Theory]
    [InlineData('(')]
    [InlineData(')')]
    [InlineData('!')]
    [InlineData('"')]
    [InlineData('.')]
    [InlineData(',')]
    public void TryCompile_OneCharacterAThousandTimes_IsRefused(char character)
    {
        Assert.False(RuleCompiler.TryCompile(new string(character, 1024), Tags, out _, out var error));
        Assert.NotNull(error);
    }

    [Fact]
    public void TryCompile_DeepestNesting_IsCompiledAndOneMoreIsNot()
    {
        Assert.True(RuleCompiler.TryCompile(Nested("(", 32), Tags, out _, out var none), none);
        Assert.False(RuleCompiler.TryCompile(Nested("(", 33), Tags, out _, out var error));
        Assert.Contains("More than 32", error);
        Assert.False(RuleCompiler.TryCompile(Nested("!", 33), Tags, out _, out error));
        Assert.Contains("More than 32", error);
        Assert.False(RuleCompiler.TryCompile(Nested("!(", 33), Tags, out _, out error));
        Assert.Contains("More than 32", error);
    }

    [Fact]
    public void TryCompile_LongestChain_IsCompiled()
    {
        var chain = string.Join("||", Enumerable.Repeat("false", 145)) + "||true";

        Assert.True(RuleCompiler.TryCompile(chain, Tags, out var rule, out var error), error);
        Assert.True(rule!.Holds(default));
    }

    [Fact]
    public void TryCompile_RandomAscii_NeverThrows()
    {
        Gen.String[Gen.Char[(char)0, (char)127], 0, 64].Sample(Answers);
    }

    [Fact]
    public void TryCompile_RandomWordsOfTheLanguage_NeverThrow()
    {
        string[] words =
        [
            "subject", "scene", ".", "Has", "(", ")", "\"talent\"", "\"A\"", "\"\"", ",", "in", "true", "false", "&&",
            "||", "!", "==", "!=", "<", "<=", ">", ">=", "Route", "TalentLevel", "Veteran", "subject.Veteran",
            "scene.Route", "subject.TalentLevel", "subject.PractitionerMark", "subject.Has(\"talent\")",
        ];

        Gen.Int[0, words.Length - 1].Array[0, 12]
            .Select(picked => string.Join(' ', picked.Select(i => words[i]))).Sample(Answers, iter: 2_000);
    }

    private static string Nested(string open, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "true"
        + string.Concat(Enumerable.Repeat(")", open.Contains('(') ? depth : 0));

    private static bool Answers(string text)
    {
        var compiled = RuleCompiler.TryCompile(text, Tags, out var rule, out var error);
        if (compiled)
        {
            rule!.Holds(default);
        }

        return compiled == (rule is not null) && compiled == (error is null);
    }
}
