using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Simulation;
using YiMaTong.Load.Wire;

namespace YiMaTong.Load.Running;

/// <summary>
/// Puts load on by one thread that never sleeps while a run lasts: it owns its core. In an open load every call has an
/// intended start; one that cannot go out at once, because connections are full or the thread was late, goes out later
/// and its latency counts all the same.
/// </summary>
internal sealed class LoadRunner(Scenario scenario, Action<string>? progress = null)
{
    private const int IdleSpins = 20;
    private const int StillSeconds = 4;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>
    /// Longest that a start waits for a connection before it is given up as unsent; a gate would not wait longer.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Runs the simulations one after the other on connections of their own.</summary>
    public RunResult Run(params LoadSimulation[] simulations)
    {
        var links = scenario.Connect();
        try
        {
            return Run(links, simulations);
        }
        finally
        {
            foreach (var link in links)
            {
                link.Dispose();
            }
        }
    }

    /// <summary>
    /// Runs a closed load until the rate stands still: the mean of the last seconds is no more than 2 % off that of
    /// as many seconds before them. Neighbouring seconds tell nothing, for code stays slow for some while it is
    /// instrumented.
    /// </summary>
    /// <param name="copies">Calls under way.</param>
    /// <param name="least">Shortest time; more than the compiler takes to instrument what is often used.</param>
    /// <param name="most">Longest time.</param>
    /// <returns>The mean of the last seconds, codes a second, and whether it stood still.</returns>
    public (double Rate, bool Still) WarmUp(int copies, TimeSpan least, TimeSpan most)
    {
        var begun = _time.GetTimestamp();
        var rates = new List<double>();
        while (true)
        {
            rates.Add(Run(LoadSimulation.KeepConstant(copies, TimeSpan.FromSeconds(1))).CodesPerSecond);
            var last = rates.TakeLast(StillSeconds).Average();
            var before = rates.SkipLast(StillSeconds).TakeLast(StillSeconds).DefaultIfEmpty(0).Average();
            var still = rates.Count >= 2 * StillSeconds && Math.Abs(last - before) < 0.02 * last;
            var elapsed = _time.GetElapsedTime(begun);
            if ((still && elapsed >= least) || elapsed >= most)
            {
                return (last, still);
            }
        }
    }

    private RunResult Run(ILink[] links, LoadSimulation[] simulations)
    {
        var recorder = new Recorder();
        var begun = _time.GetTimestamp();
        var clock = new SecondClock(_time, begun, recorder, scenario.Name, progress);
        foreach (var simulation in simulations)
        {
            if (simulation is OpenLoad open)
            {
                RunOpen(links, open, recorder, clock);
            }
            else
            {
                RunClosed(links, (ClosedLoad)simulation, recorder, clock);
            }
        }

        var drained = _time.GetTimestamp();
        while (links.Any(link => link.InFlight > 0) && _time.GetElapsedTime(drained) < DrainLimit)
        {
            _ = Pump(links, recorder);
        }

        clock.Finish();
        return recorder.Result(
            scenario.Name,
            simulations.Select(simulation => simulation.ToString()!),
            _time.GetElapsedTime(begun).TotalSeconds);
    }

    private void RunClosed(ILink[] links, ClosedLoad load, Recorder recorder, SecondClock clock)
    {
        var begun = _time.GetTimestamp();
        var idle = 0;
        while (true)
        {
            var now = _time.GetTimestamp();
            var part = _time.GetElapsedTime(begun, now) / load.During;
            if (part >= 1)
            {
                return;
            }

            var each = Math.Max(1, load.Copies(part) / links.Length);
            var moved = false;
            foreach (var link in links)
            {
                while (link.InFlight < each && link.CanSend(1 << 15))
                {
                    if (!TryShoot(link, now))
                    {
                        return;
                    }

                    moved = true;
                }

                moved |= link.Pump(recorder);
            }

            clock.Tick(now);
            idle = Rest(moved, idle);
        }
    }

    private void RunOpen(ILink[] links, OpenLoad load, Recorder recorder, SecondClock clock)
    {
        var begun = _time.GetTimestamp();
        var schedule = new Schedule(load, begun, _time.TimestampFrequency);
        var (next, idle) = (0, 0);
        var due = load.Starts > 0 && schedule.TryNext(out var intended) ? intended : long.MaxValue;
        while (due != long.MaxValue || _time.GetElapsedTime(begun) < load.During)
        {
            var now = _time.GetTimestamp();
            while (due <= now)
            {
                if (Free(links, ref next) is { } link)
                {
                    recorder.Offered++;
                    if (!TryShoot(link, due))
                    {
                        return;
                    }
                }
                else if (_time.GetElapsedTime(due, now) > Patience)
                {
                    recorder.Offered++;
                    recorder.Unsent++;
                }
                else
                {
                    break;
                }

                due = schedule.TryNext(out intended) ? intended : long.MaxValue;
            }

            idle = Rest(Pump(links, recorder), idle);
            clock.Tick(now);
        }
    }

    private static ILink? Free(ILink[] links, ref int next)
    {
        for (var tries = 0; tries < links.Length; tries++)
        {
            next = next + 1 >= links.Length ? 0 : next + 1;
            if (links[next].CanSend(1 << 15))
            {
                return links[next];
            }
        }

        return null;
    }

    private bool TryShoot(ILink link, long intended)
    {
        var step = scenario.Draw();
        if (!step.TryNext(out var item, out var body))
        {
            return false;
        }

        link.Send(new Shot(step, item, body, intended));
        return true;
    }

    private static bool Pump(ILink[] links, Recorder recorder)
    {
        var moved = false;
        foreach (var link in links)
        {
            moved |= link.Pump(recorder);
        }

        return moved;
    }

    /// <summary>Gives the core away for a moment where nothing moves: others may have to work on it too.</summary>
    private static int Rest(bool moved, int idle)
    {
        if (moved)
        {
            return 0;
        }

        if (idle < IdleSpins)
        {
            Thread.SpinWait(10);
            return idle + 1;
        }

        _ = Thread.Yield();
        return 0;
    }
}
