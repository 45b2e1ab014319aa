namespace YiMaTong.Rules.Tests;

public sealed class RuleCompilerTests
{
    private static readonly Dictionary<string, int> Tags =
        new() { ["talent"] = 1, ["student-pass"] = 2, ["last"] = 64 };

    private const ulong Talent = 1;

    [Theory]
    [InlineData("E", "K7", Talent, true)]
    [InlineData("A", "B1", Talent, true)]
    [InlineData("F", "K7", Talent, false)]
    [InlineData("", "K7", Talent, false)]
    [InlineData("E", "K8", Talent, false)]
    [InlineData("E", "k7", Talent, false)]
    [InlineData("E", "", Talent, false)]
    [InlineData("E", "K7", 0, false)]
    [InlineData("E", "K7", ~Talent, false)]
    public void Holds_DesignExample_AsWritten(string level, string route, ulong tags, bool expected)
    {
        const string Text = """subject.Has("talent") && subject.TalentLevel <= "E" && scene.Route in ("K7","B1")""";

        Assert.Equal(expected, Compile(Text).Holds(new RuleInput(tags, Attributes(level), route)));
    }

    // Columns: no level, A, B, C, D, E, F.
    [Theory]
    [InlineData("""subject.TalentLevel < "C" """, "0110000")]
    [InlineData("""subject.TalentLevel <= "C" """, "0111000")]
    [InlineData("""subject.TalentLevel > "C" """, "0000111")]
    [InlineData("""subject.TalentLevel >= "C" """, "0001111")]
    [InlineData(""" "C" > subject.TalentLevel""", "0110000")]
    [InlineData(""" "C" >= subject.TalentLevel""", "0111000")]
    [InlineData(""" "C" < subject.TalentLevel""", "0000111")]
    [InlineData(""" "C" <= subject.TalentLevel""", "0001111")]
    [InlineData("""subject.TalentLevel < "A" """, "0000000")]
    [InlineData("""subject.TalentLevel <= "F" """, "0111111")]
    [InlineData("""subject.TalentLevel >= "A" """, "0111111")]
    [InlineData("""subject.TalentLevel > "F" """, "0000000")]
    [InlineData("""!(subject.TalentLevel <= "E")""", "1000001")]
    [InlineData("""subject.TalentLevel == "" """, "1000000")]
    [InlineData("""subject.TalentLevel == "C" """, "0001000")]
    [InlineData(""" "C" == subject.TalentLevel""", "0001000")]
    [InlineData("""subject.TalentLevel != "C" """, "1110111")]
    [InlineData("""subject.TalentLevel in ("A","F","")""", "1100001")]
    [InlineData("""subject.TalentLevel in ("B")""", "0010000")]
    public void Holds_TalentLevel_TruthTable(string text, string expected)
    {
        var rule = Compile(text);

        var actual = string.Concat(
            new[] { "", "A", "B", "C", "D", "E", "F" }.Select(
                level => rule.Holds(new RuleInput(0, Attributes(level), "")) ? '1' : '0'));

        Assert.Equal(expected, actual);
        Assert.Equal(rule.Holds(default), rule.Holds(new RuleInput(0, new SubjectAttributes(7), "")));
    }

    // Columns: no mark, red, yellow, blue.
    [Theory]
    [InlineData("""subject.PractitionerMark == "red" """, "0100")]
    [InlineData("""subject.PractitionerMark != "red" """, "1011")]
    [InlineData("""subject.PractitionerMark in ("yellow", "blue")""", "0011")]
    [InlineData("""subject.PractitionerMark == "" """, "1000")]
    public void Holds_PractitionerMark_TruthTable(string text, string expected)
    {
        var rule = Compile(text);

        var actual = string.Concat(
            new[] { "", "red", "yellow", "blue" }.Select(
                mark => rule.Holds(new RuleInput(0, Attributes("", mark), "")) ? '1' : '0'));

        Assert.Equal(expected, actual);
    }

    // Columns: veteran and student over 00, 01, 10, 11.
    [Theory]
    [InlineData("subject.Veteran", "0011")]
    [InlineData("!subject.Veteran", "1100")]
    [InlineData("!!subject.Veteran", "0011")]
    [InlineData("subject.Veteran && subject.Student", "0001")]
    [InlineData("subject.Veteran || subject.Student", "0111")]
    [InlineData("subject.Veteran == subject.Student", "1001")]
    [InlineData("subject.Veteran != subject.Student", "0110")]
    [InlineData("subject.Veteran == true", "0011")]
    [InlineData("subject.Veteran != true", "1100")]
    [InlineData("!subject.Veteran || subject.Student && false", "1100")]
    [InlineData("(!subject.Veteran || subject.Student) && false", "0000")]
    [InlineData("subject.Veteran || subject.Student && subject.Veteran", "0011")]
    [InlineData("true", "1111")]
    [InlineData("false", "0000")]
    [InlineData("\t(\r\ntrue\n)  ", "1111")]
    public void Holds_Operators_TruthTable(string text, string expected)
    {
        var rule = Compile(text);

        var actual = string.Concat(
            Enumerable.Range(0, 4).Select(
                i => rule.Holds(new RuleInput(0, Attributes(veteran: (i & 2) != 0, student: (i & 1) != 0), ""))
                    ? '1' : '0'));

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("""subject.Has("talent")""", 1UL)]
    [InlineData("""subject.Has("student-pass")""", 2UL)]
    [InlineData("""subject.Has("last")""", 1UL << 63)]
    public void Holds_Has_TestsTheTagsBit(string text, ulong bit)
    {
        var rule = Compile(text);

        Assert.True(rule.Holds(new RuleInput(bit, default, "")));
        Assert.False(rule.Holds(new RuleInput(~bit, default, "")));
    }

    [Fact]
    public void Holds_NullRoute_IsNoRoute()
    {
        Assert.True(Compile("""scene.Route == "" """).Holds(default));
        Assert.False(Compile("""scene.Route in ("K7")""").Holds(default));
    }

    [Fact]
    public void Holds_TextOutsideAscii_Compares()
    {
        Assert.True(Compile("""scene.Route == "地铁1号线" """).Holds(new RuleInput(0, default, "地铁1号线")));
    }

    [Fact]
    public void Holds_AnyCombination_EqualsThePredicateInCSharp()
    {
        const string Text =
            """
            (subject.Has("talent") && subject.TalentLevel <= "C" || subject.Veteran && !subject.Student)
            && (subject.Disabled == subject.Senior || subject.PractitionerMark in ("red", "blue"))
            && scene.Route != "K7" || subject.TalentLevel == "F" && subject.PractitionerMark != ""
            """;
        var rule = Compile(Text);
        var checkedCount = 0;
        foreach (var route in new[] { "", "K7", "B1" })
        {
            for (var tags = 0UL; tags < 4; tags++)
            {
                for (var bits = 0UL; bits < 1024; bits++)
                {
                    var input = new RuleInput(tags, new SubjectAttributes(bits), route);
                    Assert.True(Expected(input) == rule.Holds(input), $"{input}");
                    checkedCount++;
                }
            }
        }

        Assert.Equal(3 * 4 * 1024, checkedCount);
    }

    [Fact]
    public void Holds_Evaluated_AllocatesNothing()
    {
        var rule = Compile(
            """subject.Has("talent") && subject.TalentLevel <= "E" && scene.Route in ("K7","B1") && true""");
        var input = new RuleInput(1, Attributes("B"), "B1");
        Assert.True(rule.Holds(input));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var held = 0;
        for (var i = 0; i < 10_000; i++)
        {
            held += rule.Holds(in input) ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_000, held);
    }

    private static bool Expected(RuleInput input)
    {
        var subject = input.Attributes;
        var level = subject.TalentLevel;
        var mark = subject.PractitionerMark;
        return (((input.Tags & 1) != 0 && level is "A" or "B" or "C" && (input.Tags & 1) != 0)
                || (subject.Veteran && !subject.Student))
            && (subject.Disabled == subject.Senior || mark is "red" or "blue")
            && input.Route != "K7"
            || (level == "F" && mark.Length > 0);
    }

    private static CompiledRule Compile(string text)
    {
        Assert.True(RuleCompiler.TryCompile(text, Tags, out var rule, out var error), error);
        Assert.Null(error);
        return rule!;
    }

    private static SubjectAttributes Attributes(
        string level = "", string mark = "", bool veteran = false, bool student = false)
    {
        Assert.True(SubjectAttributes.TryPack(level, veteran, false, student, false, mark, out var attributes, out _));
        return attributes;
    }
}
