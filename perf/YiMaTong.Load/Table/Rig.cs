using System.Net;
using YiMaTong.Load.Running;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Servers;
using YiMaTong.Load.Simulation;
using YiMaTong.Perf;

namespace YiMaTong.Load.Table;

/// <summary>What rows measure with: servers, sizes, and a log of what happens.</summary>
internal sealed class Rig(Bench bench, Sizes sizes, Action<string> progress) : IDisposable
{
    /// <summary>Calls under way in a closed load: enough to keep a core busy, too few to queue.</summary>
    public const int Copies = 128;

    /// <summary>Connections of a closed load.</summary>
    public const int Links = 8;

    /// <summary>Connections of an open load: room for calls that wait.</summary>
    public const int OpenLinks = 32;

    /// <summary>Scans in a batch.</summary>
    public const int BatchSize = 64;

    private const int SessionCount = 16;

    private readonly HashSet<string> _warm = [];
    private SharedNode? _shared;

    public Bench Bench => bench;

    public Sizes Sizes => sizes;

    public Action<string> Progress => progress;

    public TimeSpan StartLimit { get; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Unary scans with sessions of this server, which may be one that answers all scans alike.
    /// </summary>
    public Scenario Unary(
        City city, IPEndPoint server, int links = Links, double zipf = 0, bool constant = false)
    {
        var step = new UnaryStep(city, new Citizens(city, zipf), sizes.Pool, tags: !constant);
        step.Enter(Sessions.OpenAll(city, server, SessionCount));
        return Scenario.Unary("decode", server, links, (step, 1));
    }

    /// <summary>Batches.</summary>
    public Scenario Batch(City city, IPEndPoint server)
    {
        var step = BatchStep.Batch(city, new Citizens(city), BatchSize, sizes.Pool / BatchSize);
        step.Enter(Sessions.OpenAll(city, server, SessionCount));
        return Scenario.Unary("decode_batch", server, Links, (step, 1));
    }

    /// <summary>Streams.</summary>
    public Scenario Stream(City city, IPEndPoint server)
    {
        var step = BatchStep.Stream(city, new Citizens(city), BatchSize, sizes.Pool / BatchSize);
        step.Enter(Sessions.OpenAll(city, server, 1));
        return Scenario.Streams("decode_stream", server, Links, framesAhead: 4, step);
    }

    /// <summary>
    /// Warms a scenario up until its rate stands still; one that its server has been warmed for before takes less.
    /// </summary>
    public void Warm(Scenario scenario, int copies = Copies)
    {
        var least = _warm.Add(scenario.Target) ? sizes.WarmLeast : sizes.WarmAgain;
        var begun = TimeProvider.System.GetTimestamp();
        var (rate, still) = new LoadRunner(scenario).WarmUp(copies, least, sizes.WarmMost);
        var calm = still ? "stands still" : "does not stand still";
        progress($"{scenario.Name}: {rate:0} codes/s {calm} after {Since(begun):0} s");
    }

    /// <summary>A closed run, which must have gone right.</summary>
    public RunResult Closed(Scenario scenario, int copies = Copies, TimeSpan? during = null) =>
        Right(new LoadRunner(scenario).Run(LoadSimulation.KeepConstant(copies, during ?? sizes.Run)));

    /// <summary>An open run.</summary>
    public RunResult Open(Scenario scenario, double rate, TimeSpan during)
    {
        var result = new LoadRunner(scenario).Run(LoadSimulation.Inject(rate, during));
        progress(result.ToString());
        return result;
    }

    /// <summary>Refuses a run with a wrong answer, and one in which nothing succeeded.</summary>
    /// <exception cref="InvalidDataException">The run shows nothing, or shows a fault.</exception>
    public RunResult Right(RunResult result)
    {
        progress(result.ToString());
        if (result.Wrong > 0 || result.Good == 0)
        {
            var codes = string.Join(' ', result.WrongCodes.Select(c => $"{c.Key}:{c.Value}"));
            throw new InvalidDataException(
                $"{result.Scenario}: {result.Good} right, {result.Wrong} wrong, {result.Failed} failed, "
                + $"{result.Refused} refused answers {codes}".TrimEnd());
        }

        return result;
    }

    /// <summary>
    /// Measures two scenarios in turn, so that both have the same machine: one ratio a pair of runs. Every other pair
    /// begins with the other one, so that a machine that slows down favours neither. There are <paramref name="times"/>
    /// times as many pairs as a row usually has.
    /// </summary>
    public (List<double> Ratios, List<RunResult> Runs) Beside(
        Scenario measured, Scenario reference, Func<RunResult, double> rate, int copies = Copies, int times = 1)
    {
        Warm(reference, copies);
        Warm(measured, copies);
        var (ratios, runs) = (new List<double>(), new List<RunResult>());
        for (var i = 0; i < sizes.Runs * times; i++)
        {
            var first = Closed(i % 2 == 0 ? reference : measured, copies);
            var second = Closed(i % 2 == 0 ? measured : reference, copies);
            var (other, own) = i % 2 == 0 ? (first, second) : (second, first);
            runs.AddRange([other, own]);
            ratios.Add(rate(own) / rate(other));
        }

        return (ratios, runs);
    }

    /// <summary>
    /// A city with a ready node under the usual settings, for one row after another: they are kept until a city of
    /// another size is asked for.
    /// </summary>
    public async Task<SharedNode> Shared(int subjects)
    {
        if (_shared is { } kept && kept.Subjects == subjects)
        {
            return kept;
        }

        Release();
        var city = await bench.Follow(subjects);
        try
        {
            _shared = new SharedNode(city, await Node(city));
        }
        catch
        {
            city.Dispose();
            throw;
        }

        return _shared;
    }

    /// <summary>Ends what is kept for the next rows.</summary>
    public void Release()
    {
        _shared?.Dispose();
        _shared = null;
    }

    public void Dispose() => Release();

    /// <summary>A ready node.</summary>
    public async Task<Server> Node(
        FollowedCity city, IReadOnlyDictionary<string, string>? settings = null, string? data = null)
    {
        var node = bench.Node(city, settings, data);
        progress($"the node was ready after {(await node.Ready(StartLimit)).TotalSeconds:0.00} s");
        return node;
    }

    /// <summary>A ready peer.</summary>
    public async Task<Server> Peer(FollowedCity city, params (string Key, string Value)[] settings)
    {
        var peer = bench.Peer(city, settings);
        _ = await peer.Ready(StartLimit);
        return peer;
    }

    private static double Since(long begun) => TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
}
