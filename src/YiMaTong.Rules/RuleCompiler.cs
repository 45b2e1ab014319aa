using System.Linq.Expressions;

namespace YiMaTong.Rules;

/// <summary>Turns operators' expressions into delegates. Thread-safe.</summary>
/// <remarks>
/// The language is closed. <c>subject</c> has <c>Has("key")</c>, <c>TalentLevel</c>, <c>Veteran</c>, <c>Disabled</c>,
/// <c>Student</c>, <c>Senior</c> and <c>PractitionerMark</c>; <c>scene</c> has <c>Route</c>. They combine by
/// <c>&amp;&amp; || ! == != &lt; &lt;= &gt; &gt;=</c>, <c>x in ("a","b")</c>, parentheses, texts in double quotes,
/// <c>true</c> and
/// <c>false</c>; words are case-sensitive. <c>TalentLevel</c> alone has an order, A before F, and is compared with a
/// level written out. Who has no level is in no order to any: each of <c>&lt; &lt;= &gt; &gt;=</c> is false for them
/// (so that
/// <c>TalentLevel &lt;= "E"</c> asks for a level), while <c>== ""</c> is true and <c>!= "A"</c> too.
/// </remarks>
public static class RuleCompiler
{
    /// <summary>Longest rule, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>Compiles an expression over <c>subject</c> and <c>scene</c>. Never throws over the text.</summary>
    /// <param name="text">The expression, at most <see cref="MaxLength"/> characters.</param>
    /// <param name="tagNumbers">Number (1 to 64) of each tag key that <c>subject.Has("key")</c> may name.</param>
    /// <param name="rule">The rule; null where there is an error.</param>
    /// <param name="error">
    /// What is wrong, in English, with the place (counted from 1) where it is known; never a parser's own text.
    /// </param>
    public static bool TryCompile(
        string text, IReadOnlyDictionary<string, int> tagNumbers, out CompiledRule? rule, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(tagNumbers);
        rule = null;
        error = CheckText(text);
        if (error is not null)
        {
            return false;
        }

        try
        {
            rule = Compile(RuleParser.Parse(text), tagNumbers);
            return true;
        }
        catch (RuleException e)
        {
            error = e.Message;
            return false;
        }
    }

    private static string? CheckText(string text) =>
        string.IsNullOrWhiteSpace(text) ? "The rule is empty"
        : text.Length > MaxLength ? $"The rule has {text.Length} characters; at most {MaxLength} are allowed"
        : RuleLexer.Check(text);

    private static CompiledRule Compile(Expression parsed, IReadOnlyDictionary<string, int> tagNumbers)
    {
        var input = Expression.Parameter(typeof(RuleInput).MakeByRefType(), "input");
        var body = new RuleTranslator(input, tagNumbers).Translate(parsed);
        return new CompiledRule(Expression.Lambda<RulePredicate>(body, input).Compile());
    }
}
