using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// Compiles the rules of tags and keeps the delegates. A tag rule sees attributes alone: tags do not exist yet while
/// they are worked out, so <c>subject.Has</c> is refused in it. What a text compiles to therefore depends on nothing
/// but the text, and the cache is never stale. Thread-safe.
/// </summary>
internal sealed class TagRules
{
    // 64 tags exist at most; the rest of the room is for texts that were replaced since start.
    private const int CacheLimit = 256;

    private static readonly Dictionary<string, int> NoTags = [];

    private readonly ConcurrentDictionary<string, CompiledRule> _compiled = new(StringComparer.Ordinal);

    /// <summary>Compiles one rule.</summary>
    /// <param name="text">The rule, not empty.</param>
    /// <param name="rule">The rule compiled.</param>
    /// <param name="error">What is wrong, with the place.</param>
    public bool TryCompile(string text, out CompiledRule? rule, out string? error)
    {
        error = null;
        if (_compiled.TryGetValue(text, out rule))
        {
            return true;
        }

        if (!RuleCompiler.TryCompile(text, NoTags, out rule, out error))
        {
            return false;
        }

        if (_compiled.Count >= CacheLimit)
        {
            _compiled.Clear();
        }

        _compiled[text] = rule!;
        return true;
    }

    /// <summary>The rules as the catalogue has them now, as the given context sees it.</summary>
    public async Task<TagRuleSet> LoadAsync(IssuingDbContext db, CancellationToken cancellationToken) =>
        Compile(await db.Tags.AsNoTracking().ToListAsync(cancellationToken));

    /// <summary>The rules of these tags.</summary>
    /// <exception cref="InvalidOperationException">
    /// A stored rule no longer compiles: it was accepted once, so the compiler has lost a word since.
    /// </exception>
    public TagRuleSet Compile(IEnumerable<TagDefinition> tags)
    {
        var rules = new List<(ulong Bit, CompiledRule Rule)>();
        foreach (var tag in tags)
        {
            if (!tag.Active || tag.Rule.Length == 0)
            {
                continue;
            }

            if (!TryCompile(tag.Rule, out var rule, out var error))
            {
                throw new InvalidOperationException($"The stored rule of tag {tag.Key} does not compile: {error}");
            }

            rules.Add((1UL << (tag.Number - 1), rule!));
        }

        return new([.. rules]);
    }
}
