namespace YiMaTong.Issuing.OAuth;

/// <summary>What an app may be allowed to do for a citizen. The names are the OAuth scopes.</summary>
[Flags]
internal enum GrantScopes
{
    None = 0,

    /// <summary>"qrcode": show the citizen's code (B.1, B.3).</summary>
    Qrcode = 1,

    /// <summary>"tags": read the citizen's tags (B.2).</summary>
    Tags = 2,

    /// <summary>"user_name": the full name in B.3.</summary>
    UserName = 4,

    /// <summary>"id_card": the certificate number in B.3.</summary>
    IdCard = 8,

    /// <summary>"offline_access": refresh tokens.</summary>
    OfflineAccess = 16,
}

/// <summary>Reads and writes scopes. Thread-safe.</summary>
internal static class ScopeNames
{
    /// <summary>Every scope by its OAuth name.</summary>
    public static IReadOnlyList<(string Name, GrantScopes Scope)> All { get; } =
    [
        ("qrcode", GrantScopes.Qrcode),
        ("tags", GrantScopes.Tags),
        ("user_name", GrantScopes.UserName),
        ("id_card", GrantScopes.IdCard),
        ("offline_access", GrantScopes.OfflineAccess),
    ];

    /// <summary>Reads names; false when one is unknown.</summary>
    public static bool TryParse(IEnumerable<string> names, out GrantScopes scopes)
    {
        scopes = GrantScopes.None;
        foreach (var name in names)
        {
            var scope = Find(name);
            if (scope == GrantScopes.None)
            {
                return false;
            }

            scopes |= scope;
        }

        return true;
    }

    /// <summary>Reads a space-separated list; false when a name is unknown.</summary>
    public static bool TryParse(string text, out GrantScopes scopes) =>
        TryParse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), out scopes);

    /// <summary>Reads a space-separated list of this product's own making; unknown names count for nothing.</summary>
    public static GrantScopes ParseStored(string text)
    {
        var scopes = GrantScopes.None;
        foreach (var name in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            scopes |= Find(name);
        }

        return scopes;
    }

    /// <summary>Writes a space-separated list in the order of the table above.</summary>
    public static string Format(GrantScopes scopes) =>
        string.Join(' ', All.Where(entry => scopes.HasFlag(entry.Scope)).Select(entry => entry.Name));

    private static GrantScopes Find(string name)
    {
        foreach (var entry in All)
        {
            if (string.Equals(entry.Name, name, StringComparison.Ordinal))
            {
                return entry.Scope;
            }
        }

        return GrantScopes.None;
    }
}
