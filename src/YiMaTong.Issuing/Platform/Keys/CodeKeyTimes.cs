using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>Which key mints when. Pure.</summary>
internal static class CodeKeyTimes
{
    /// <summary>
    /// Keys by the time from which they mint, newest first. Of two for one instant, one that holds comes before one
    /// that is revoked, whose successor it may be, and the later change before the earlier.
    /// </summary>
    public static IEnumerable<CodeKeyRow> NewestFirst(IEnumerable<CodeKeyRow> rows) => rows
        .OrderByDescending(key => key.MintFrom)
        .ThenBy(key => key.RevokedAt is not null)
        .ThenByDescending(key => key.Revision);

    /// <summary>The key that mints at an instant, or null.</summary>
    public static CodeKeyRow? Minting(IEnumerable<CodeKeyRow> rows, DateTimeOffset now) =>
        NewestFirst(rows).FirstOrDefault(key => key.RevokedAt is null && key.MintFrom <= now);

    /// <summary>
    /// When minting leaves or has left each key: taken over by a newer one, or revoked. Null for the newest.
    /// </summary>
    public static IEnumerable<(CodeKeyRow Key, DateTimeOffset? Until)> WithUntil(IEnumerable<CodeKeyRow> rows)
    {
        DateTimeOffset? successorFrom = null;
        foreach (var key in NewestFirst(rows))
        {
            var until = key.RevokedAt is { } revoked && !(successorFrom <= revoked) ? revoked : successorFrom;

            // A key that was revoked before its time never minted: its span is empty, and it took over from nobody.
            yield return (key, until < key.MintFrom ? key.MintFrom : until);
            if (!(key.RevokedAt <= key.MintFrom))
            {
                successorFrom = key.MintFrom;
            }
        }
    }
}
