using YiMaTong.Rules;

namespace YiMaTong.Issuing.Platform;

/// <summary>The rules of all tags in use, compiled. Immutable; safe from any thread.</summary>
/// <param name="rules">Tag n's bit is bit n-1.</param>
internal sealed class TagRuleSet((ulong Bit, CompiledRule Rule)[] rules)
{
    /// <summary>The tags that the rules give. Never throws.</summary>
    /// <param name="attributes">What the data sources say of the citizen.</param>
    /// <returns>Tag n is given where bit n-1 is set.</returns>
    public ulong Compute(SubjectAttributes attributes)
    {
        var input = new RuleInput(0, attributes, "");
        var tags = 0UL;
        foreach (var (bit, rule) in rules)
        {
            if (rule.Holds(in input))
            {
                tags |= bit;
            }
        }

        return tags;
    }
}
