using System.Runtime.ExceptionServices;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

[assembly: AssemblyFixture(typeof(ConformanceTarget))]

namespace YiMaTong.Conformance.Tests.Target;

/// <summary>
/// The system under test: the one that YIMATONG_BASE_URL names, else an AllInOne started for this run. It starts with
/// the first test that asks for it. Thread-safe.
/// </summary>
public sealed class ConformanceTarget : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private ConformanceWorld? _world;
    private ExceptionDispatchInfo? _failure;
    private AllInOneServer? _server;
    private Api? _api;

    /// <summary>
    /// The world that tests set up their citizens and gates in; a failure to start fails every test alike.
    /// </summary>
    internal async Task<ConformanceWorld> World()
    {
        await _opening.WaitAsync();
        try
        {
            _failure?.Throw();
            return _world ??= await Open();
        }
        catch (Exception e)
        {
            _failure ??= ExceptionDispatchInfo.Capture(e);
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _opening.Dispose();
        _api?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task<ConformanceWorld> Open()
    {
        if (Environment.GetEnvironmentVariable("YIMATONG_BASE_URL") is { Length: > 0 } url)
        {
            Console.WriteLine($"conformance target: {url} (YIMATONG_BASE_URL)");
            _api = new Api(new Uri(url));
            var demo = DemoCredentials.Parse(await File.ReadAllTextAsync(Variable("YIMATONG_DEMO_JSON")));
            return await ConformanceWorld.Create(
                _api, Variable("YIMATONG_OPERATOR_TOKEN").Trim(), demo, isFresh: false);
        }

        _server = await AllInOneServer.Start();
        Console.WriteLine($"conformance target: {_server.BaseAddress} (AllInOne started for this run)");
        _api = new Api(_server.BaseAddress);
        return await ConformanceWorld.Create(
            _api, _server.OperatorToken, DemoCredentials.Parse(_server.DemoJson), isFresh: true);
    }

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"YIMATONG_BASE_URL is set, so {name} is needed too");
}
