namespace YiMaTong.Rules;

/// <summary>The only code that a compiled rule calls. None of it allocates or throws, whatever the input.</summary>
internal static class RuleTests
{
    /// <summary>Levels or marks of an attribute, bit n for the value n, as <see cref="SubjectAttributes"/> numbers
    /// them.</summary>
    public static bool LevelIn(in RuleInput input, uint levels) => ((levels >> input.Attributes.LevelNumber) & 1) != 0;

    public static bool MarkIn(in RuleInput input, uint marks) => ((marks >> input.Attributes.MarkNumber) & 1) != 0;

    public static bool HasTag(in RuleInput input, ulong tag) => (input.Tags & tag) != 0;

    public static bool HasAttribute(in RuleInput input, ulong bit) => (input.Attributes.Bits & bit) != 0;

    // An input made by default has a null route, which is no route.
    public static bool RouteIs(in RuleInput input, string route) => string.Equals(input.Route ?? "", route);
}
