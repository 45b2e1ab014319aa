using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Online;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// The key that seals new codes. Invariants: the key is one that was not revoked at most a second ago, whichever
/// process revoked it; a change that this process committed is seen by the next call. Thread-safe.
/// </summary>
internal sealed class MintingKeys(
    IDbContextFactory<IssuingDbContext> contexts, FieldSealer sealer, FeedSignal signal, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile View? _view;

    /// <summary>The newest key that is not revoked and whose time to mint has come.</summary>
    /// <exception cref="InvalidOperationException">There is none: the first key has not been made yet.</exception>
    public ValueTask<CodeKey> CurrentAsync(CancellationToken cancellationToken = default) =>
        _view is { } view && IsFresh(view) ? new(Pick(view)) : new(LoadAndPick(cancellationToken));

    /// <inheritdoc />
    public void Dispose() => _loading.Dispose();

    private bool IsFresh(View view) => !view.Changes.Heard && time.GetElapsedTime(view.LoadedAt) < MaxAge;

    private CodeKey Pick(View view)
    {
        var now = time.GetUtcNow();
        foreach (var (key, mintFrom) in view.NewestFirst)
        {
            if (mintFrom <= now)
            {
                return key;
            }
        }

        throw new InvalidOperationException("No code key may mint yet.");
    }

    private async Task<CodeKey> LoadAndPick(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_view is not { } view || !IsFresh(view))
            {
                _view = view = await Load(cancellationToken);
            }

            return Pick(view);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<View> Load(CancellationToken cancellationToken)
    {
        // Both are taken before the query: a change while it runs makes the view stale, never too young.
        var changes = signal.Listen();
        var loadedAt = time.GetTimestamp();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.CodeKeys.AsNoTracking()
            .Where(row => row.RevokedAt == null)
            .OrderByDescending(row => row.MintFrom).ThenByDescending(row => row.Revision)
            .ToListAsync(cancellationToken);
        var keys = rows.Select(row => (
            new CodeKey((byte)row.KeyId, sealer.OpenBytes(SealedColumns.CodeKey, row.KeySealed)), row.MintFrom));
        return new View([.. keys], loadedAt, changes);
    }

    private sealed record View(
        (CodeKey Key, DateTimeOffset MintFrom)[] NewestFirst, long LoadedAt, FeedSignal.Listener Changes);
}
