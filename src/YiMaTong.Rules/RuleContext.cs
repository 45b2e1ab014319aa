namespace YiMaTong.Rules;

/// <summary>
/// What <c>subject</c> offers to a rule. The parser resolves names against it; no instance is ever made, and its
/// members are replaced by <see cref="RuleTests"/> before anything is compiled.
/// </summary>
internal abstract class RuleSubject
{
    public abstract string TalentLevel { get; }

    public abstract bool Veteran { get; }

    public abstract bool Disabled { get; }

    public abstract bool Student { get; }

    public abstract bool Senior { get; }

    public abstract string PractitionerMark { get; }

    public abstract bool Has(string key);
}

/// <summary>What <c>scene</c> offers to a rule; see <see cref="RuleSubject"/>.</summary>
internal abstract class RuleScene
{
    public abstract string Route { get; }
}
