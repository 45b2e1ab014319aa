using System.Net;
using YiMaTong.Load.Wire;

namespace YiMaTong.Load.Scenarios;

/// <summary>A way in which a server is used: steps with their shares, and the connections that carry them.</summary>
internal sealed class Scenario(
    string name, EndPoint server, Func<ILink> connect, int links, params (Step Step, double Share)[] steps)
{
    private readonly Random _random = new(20_260_916);

    /// <summary>Name in reports.</summary>
    public string Name => name;

    /// <summary>The server with the way of using it: two scenarios that have it in common warm each other up.</summary>
    public string Target => $"{name} at {server}";

    /// <summary>The steps.</summary>
    public IEnumerable<Step> Steps => steps.Select(s => s.Step);

    /// <summary>gRPC calls, some of them on each connection.</summary>
    public static Scenario Unary(string name, EndPoint server, int links, params (Step Step, double Share)[] steps) =>
        new(name, server, () => new UnaryLink(server), links, steps);

    /// <summary>gRPC streams, one on each connection.</summary>
    public static Scenario Streams(string name, EndPoint server, int links, int framesAhead, Step step) =>
        new(name, server, () => new StreamLink(server, framesAhead), links, (step, 1));

    /// <summary>REST, one call at a time on each connection.</summary>
    public static Scenario Rest(string name, EndPoint server, int links, Step step) =>
        new(name, server, () => new RestLink(server), links, (step, 1));

    /// <summary>Opens the connections.</summary>
    public ILink[] Connect() => [.. Enumerable.Range(0, links).Select(_ => connect())];

    /// <summary>The step of the next call.</summary>
    public Step Draw()
    {
        if (steps.Length == 1)
        {
            return steps[0].Step;
        }

        var drawn = _random.NextDouble() * steps.Sum(s => s.Share);
        foreach (var (step, share) in steps)
        {
            drawn -= share;
            if (drawn < 0)
            {
                return step;
            }
        }

        return steps[^1].Step;
    }
}
