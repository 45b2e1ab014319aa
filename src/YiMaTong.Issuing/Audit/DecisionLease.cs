namespace YiMaTong.Issuing.Audit;

/// <summary>A context on the database of decisions, which is not opened anew while it is out. For one thread.</summary>
internal sealed class DecisionLease(DecisionDbContext db, Action giveBack) : IAsyncDisposable
{
    /// <summary>The context.</summary>
    public DecisionDbContext Db => db;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await db.DisposeAsync();
        giveBack();
    }
}
