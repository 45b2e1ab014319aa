namespace YiMaTong.Rules;

/// <summary>What a rule sees: a subject and the scene that asks.</summary>
/// <param name="Tags">Tag n is held where bit n-1 is set; 0 while tags are being worked out.</param>
/// <param name="Attributes">The subject's attributes.</param>
/// <param name="Route">The scene's route; empty while tags are being worked out.</param>
public readonly record struct RuleInput(ulong Tags, SubjectAttributes Attributes, string Route);

/// <summary>A compiled rule. Immutable; safe from any thread; evaluating allocates nothing.</summary>
public sealed class CompiledRule
{
    /// <summary>Whether the rule holds. Never throws.</summary>
    public bool Holds(in RuleInput input) => throw new NotImplementedException();
}

/// <summary>Turns operators' expressions into delegates. Thread-safe.</summary>
public static class RuleCompiler
{
    /// <summary>Longest rule, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>Compiles an expression over <c>subject</c> and <c>scene</c>.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="tagNumbers">Number (1 to 64) of each tag key that <c>subject.Has("key")</c> may name.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="error">What is wrong, in English, with the place; never a parser's own text.</param>
    public static bool TryCompile(
        string text, IReadOnlyDictionary<string, int> tagNumbers, out CompiledRule? rule, out string? error) =>
        throw new NotImplementedException();
}
