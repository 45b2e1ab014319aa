using System.Linq.Expressions;
using System.Reflection;

namespace YiMaTong.Rules;

/// <summary>
/// The second wall: builds a new tree from the parsed one, node by node. What is not named here is refused; nothing of
/// the parsed tree but constants reaches the compiler.
/// </summary>
internal sealed class RuleTranslator(ParameterExpression input, IReadOnlyDictionary<string, int> tagNumbers)
{
    private static readonly MethodInfo Compare =
        typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!;

    /// <summary>Translates an expression that is true or false.</summary>
    /// <exception cref="RuleException">It holds what the rule language does not.</exception>
    public Expression Translate(Expression node) => node switch
    {
        ConstantExpression { Value: bool value } => Expression.Constant(value),
        UnaryExpression { NodeType: ExpressionType.Not, Operand.Type: var type } not when type == typeof(bool) =>
            Expression.Not(Translate(not.Operand)),
        BinaryExpression { NodeType: ExpressionType.AndAlso } and =>
            Expression.AndAlso(Translate(and.Left), Translate(and.Right)),
        BinaryExpression { NodeType: ExpressionType.OrElse } or =>
            Expression.OrElse(Translate(or.Left), Translate(or.Right)),
        BinaryExpression { NodeType: ExpressionType.Equal or ExpressionType.NotEqual } equal => Equality(equal),
        BinaryExpression
        {
            NodeType: ExpressionType.LessThan or ExpressionType.LessThanOrEqual
            or ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual
        } relation => Relation(relation),
        MemberExpression member when FlagOf(member) is { } bit => Test(nameof(RuleTests.HasAttribute), 1UL << bit),
        MethodCallExpression { Method.Name: nameof(RuleSubject.Has), Object: ParameterExpression } has
            when has.Method.DeclaringType == typeof(RuleSubject) => Tag(has),
        MethodCallExpression { Arguments: [NewArrayExpression list, var item] } contains
            when IsContains(contains.Method) && list.Expressions.Count > 0 => Membership(item, list),
        _ => throw Refused(),
    };

    private Expression Equality(BinaryExpression equal)
    {
        if (equal.Left.Type == typeof(bool) && equal.Right.Type == typeof(bool))
        {
            return Expression.MakeBinary(equal.NodeType, Translate(equal.Left), Translate(equal.Right));
        }

        var (name, text, _) = NameAndText(equal.Left, equal.Right);
        var test = Is(name, text);
        return equal.NodeType == ExpressionType.Equal ? test : Expression.Not(test);
    }

    // The parser writes x in (a, b) as new[] { a, b }.Contains(x).
    private Expression Membership(Expression item, NewArrayExpression list) =>
        list.Expressions
            .Select(text => NameAndText(item, text))
            .Select(pair => (Expression)Is(pair.Name, pair.Text))
            .Aggregate(Expression.OrElse);

    private MethodCallExpression Is(string name, string text) => name switch
    {
        nameof(RuleSubject.TalentLevel) => Test(nameof(RuleTests.LevelIn), 1U << LevelOf(text)),
        nameof(RuleSubject.PractitionerMark) => Test(nameof(RuleTests.MarkIn), 1U << MarkOf(text)),
        _ => Test(nameof(RuleTests.RouteIs), text),
    };

    // The parser writes a <= b over texts as Compare(a, b) <= 0.
    private MethodCallExpression Relation(BinaryExpression relation)
    {
        if (relation.Left is not MethodCallExpression { Arguments: [var left, var right] } call
            || call.Method != Compare
            || relation.Right is not ConstantExpression { Value: 0 })
        {
            throw Refused();
        }

        var (name, text, swapped) = NameAndText(left, right);
        if (name != nameof(RuleSubject.TalentLevel))
        {
            throw new RuleException($"{name} has no order: only == != and in compare it");
        }

        var bound = LevelOf(text);
        if (bound == 0)
        {
            throw new RuleException("TalentLevel is compared in order with no level: name one of A to F");
        }

        // No level is neither below nor above one, so that 0 is in no set.
        var levels = 0U;
        for (var level = 1; level <= SubjectAttributes.LevelMax; level++)
        {
            var order = swapped ? bound.CompareTo(level) : level.CompareTo(bound);
            var holds = relation.NodeType switch
            {
                ExpressionType.LessThan => order < 0,
                ExpressionType.LessThanOrEqual => order <= 0,
                ExpressionType.GreaterThan => order > 0,
                _ => order >= 0,
            };
            levels |= holds ? 1U << level : 0;
        }

        return Test(nameof(RuleTests.LevelIn), levels);
    }

    private MethodCallExpression Tag(MethodCallExpression has)
    {
        if (has.Arguments is not [ConstantExpression { Value: string key }])
        {
            throw new RuleException("subject.Has takes the key of a tag, written out in quotes");
        }

        if (!tagNumbers.TryGetValue(key, out var number))
        {
            throw new RuleException($"There is no tag \"{Shorten(key)}\"");
        }

        return number is >= 1 and <= 64
            ? Test(nameof(RuleTests.HasTag), 1UL << (number - 1))
            : throw new RuleException($"Tag \"{Shorten(key)}\" has no number from 1 to 64 ({number})");
    }

    private MethodCallExpression Test<T>(string name, T constant) =>
        Expression.Call(typeof(RuleTests).GetMethod(name)!, input, Expression.Constant(constant));

    private static (string Name, string Text, bool Swapped) NameAndText(Expression left, Expression right) =>
        (left, right) switch
        {
            (MemberExpression m, ConstantExpression { Value: string text }) when TextOf(m) is { } n => (n, text, false),
            (ConstantExpression { Value: string text }, MemberExpression m) when TextOf(m) is { } n => (n, text, true),
            _ => throw new RuleException(
                "A comparison needs TalentLevel, PractitionerMark or Route on one side, a text in quotes on the other"),
        };

    private static bool IsContains(MethodInfo method) =>
        method.DeclaringType == typeof(Enumerable) && method.Name == nameof(Enumerable.Contains);

    private static string? TextOf(MemberExpression member) => (OfContext(member), member.Member.Name) switch
    {
        (true, nameof(RuleSubject.TalentLevel) or nameof(RuleSubject.PractitionerMark) or nameof(RuleScene.Route)) =>
            member.Member.Name,
        _ => null,
    };

    private static int? FlagOf(MemberExpression member) => (OfContext(member), member.Member.Name) switch
    {
        (true, nameof(RuleSubject.Veteran)) => SubjectAttributes.VeteranBit,
        (true, nameof(RuleSubject.Disabled)) => SubjectAttributes.DisabledBit,
        (true, nameof(RuleSubject.Student)) => SubjectAttributes.StudentBit,
        (true, nameof(RuleSubject.Senior)) => SubjectAttributes.SeniorBit,
        _ => null,
    };

    private static bool OfContext(MemberExpression member) =>
        member.Expression is ParameterExpression
        && (member.Member.DeclaringType == typeof(RuleSubject) || member.Member.DeclaringType == typeof(RuleScene));

    private static int LevelOf(string text) => SubjectAttributes.LevelNumberOf(text) is var level and >= 0
        ? level
        : throw new RuleException($"\"{Shorten(text)}\" is no talent level: A to F, or empty for none");

    private static int MarkOf(string text) => SubjectAttributes.MarkNumberOf(text) is var mark and >= 0
        ? mark
        : throw new RuleException($"\"{Shorten(text)}\" is no practitioner mark: red, yellow, blue, or empty for none");

    private static RuleException Refused() => new("The rule holds something that is not part of the rule language");

    private static string Shorten(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");
}
