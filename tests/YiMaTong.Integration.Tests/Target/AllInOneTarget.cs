using System.Runtime.ExceptionServices;
using YiMaTong.Integration.Tests.Target;

[assembly: AssemblyFixture(typeof(AllInOneTarget))]

namespace YiMaTong.Integration.Tests.Target;

/// <summary>
/// The AllInOne process of this run, started with the first test that asks for it. A failed start fails each of them
/// alike. Thread-safe.
/// </summary>
public sealed class AllInOneTarget : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private AllInOneServer? _server;
    private ExceptionDispatchInfo? _failure;

    internal async Task<AllInOneServer> ServerAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _failure?.Throw();
            return _server ??= await AllInOneServer.StartAsync();
        }
        catch (Exception e)
        {
            _failure ??= ExceptionDispatchInfo.Capture(e);
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
