namespace YiMaTong.Rules;

/// <summary>A compiled rule. Immutable; safe from any thread; evaluating allocates nothing.</summary>
public sealed class CompiledRule
{
    private readonly RulePredicate _predicate;

    internal CompiledRule(RulePredicate predicate) => _predicate = predicate;

    /// <summary>Whether the rule holds. Never throws.</summary>
    public bool Holds(in RuleInput input) => _predicate(in input);
}

/// <summary>What a rule is compiled to.</summary>
internal delegate bool RulePredicate(in RuleInput input);
