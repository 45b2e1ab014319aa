using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

namespace YiMaTong.Conformance.Tests.Target;

/// <summary>A test that talks to the target.</summary>
public abstract class ConformanceTest(ConformanceTarget target) : IAsyncLifetime
{
    private ConformanceWorld? _world;

    internal ConformanceWorld World => _world ?? throw new InvalidOperationException("the test has not begun");

    internal Api Api => World.Api;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _world = await target.World();

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
