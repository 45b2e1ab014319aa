using System.ComponentModel;
using System.Linq.Dynamic.Core;
using System.Linq.Dynamic.Core.CustomTypeProviders;
using System.Linq.Dynamic.Core.Exceptions;
using System.Linq.Dynamic.Core.Parser;
using System.Linq.Expressions;
using System.Reflection;

namespace YiMaTong.Rules;

/// <summary>
/// The only caller of Dynamic LINQ: text to an expression tree over <see cref="RuleSubject"/> and
/// <see cref="RuleScene"/>. Everything that the library offers beyond that is off, as far as it can be; what remains
/// is refused before by
/// <see cref="RuleLexer"/> and after by <see cref="RuleTranslator"/>. Thread-safe.
/// </summary>
internal static class RuleParser
{
    private static readonly ParsingConfig Config = new()
    {
        AllowEqualsAndToStringMethodsOnObject = false,
        AllowNewToEvaluateAnyType = false,
        AreContextKeywordsEnabled = false,
        ConvertObjectToSupportComparison = false,
        CustomTypeProvider = new ContextTypes(),
        DisableMemberAccessToIndexAccessorFallback = true,
        DisallowNewKeyword = true,
        IsCaseSensitive = true,
        LoadAdditionalAssembliesFromCurrentDomainBaseDirectory = false,
        PrioritizePropertyOrFieldOverTheType = true,
        ResolveTypesBySimpleName = false,
        RestrictOrderByToPropertyOrField = true,
        SupportCastingToFullyQualifiedTypeAsString = false,
        SupportDotInPropertyNames = false,
        SupportEnumerationsFromSystemNamespace = false,

        // The base converter refuses: left alone, the parser reads the text "true" as a truth value.
        TypeConverters = new Dictionary<Type, TypeConverter> { [typeof(bool)] = new TypeConverter() },
    };

    /// <summary>Parses a text that <see cref="RuleLexer"/> let through.</summary>
    /// <exception cref="RuleException">It is no expression that is true or false.</exception>
    public static Expression Parse(string text)
    {
        ParameterExpression[] context =
            [Expression.Parameter(typeof(RuleSubject), "subject"), Expression.Parameter(typeof(RuleScene), "scene")];
        try
        {
            return new ExpressionParser(context, text, null, Config).Parse(typeof(bool));
        }
        catch (ParseException e)
        {
            throw new RuleException($"The rule cannot be understood at {Math.Clamp(e.Position, 0, text.Length) + 1}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException
            or NotSupportedException)
        {
            throw new RuleException("The rule cannot be understood");
        }
    }

    /// <summary>Offers the two context types, whose methods the parser lets be called only because they are
    /// listed.</summary>
    private sealed class ContextTypes : IDynamicLinqCustomTypeProvider
    {
        public HashSet<Type> GetCustomTypes() => [typeof(RuleSubject), typeof(RuleScene)];

        public Dictionary<Type, List<MethodInfo>> GetExtensionMethods() => [];

        public Type? ResolveType(string typeName) => null;

        public Type? ResolveTypeBySimpleName(string simpleTypeName) => null;
    }
}
