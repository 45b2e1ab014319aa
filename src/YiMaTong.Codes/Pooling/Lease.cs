namespace YiMaTong.Codes.Pooling;

/// <summary>An item of a pool for the length of a using statement.</summary>
internal readonly ref struct Lease<T>(BoundedPool<T> pool)
    where T : class, IDisposable
{
    private readonly BoundedPool<T> _pool = pool;

    internal T Item { get; } = pool.Rent();

    public void Dispose() => _pool.Return(Item);
}
