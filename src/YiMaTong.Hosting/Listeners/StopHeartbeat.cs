using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using YiMaTong.Hosting.Health;

namespace YiMaTong.Hosting.Listeners;

/// <summary>
/// Keeps the heart of HTTP/2 connections beating while the process stops. Kestrel looks whether a connection has calls
/// left when a frame comes or its heart beats, and stops the heart first of all: a connection whose calls are over,
/// and whose client says nothing, would be waited for until the time of the stop is over. With a heart it is closed as
/// it should be: GOAWAY, what is still to be sent, the end. Answers that nobody reads are given up as at other times.
/// Thread-safe. Invariant: no two beats of one connection at once, Kestrel's own or from here.
/// </summary>
internal sealed class StopHeartbeat : IDisposable
{
    // Ten thousand connections that have calls left cost 100,000 short looks a second.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Heart, bool> _hearts = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenRegistration _begin;

    /// <summary>Begins to beat when the signal is given.</summary>
    public StopHeartbeat(StopSignal stop, TimeProvider time)
    {
        _time = time;
        _begin = stop.Token.UnsafeRegister(static self => _ = ((StopHeartbeat)self!).BeatAsync(), this);
    }

    /// <summary>Takes a listener's connections in.</summary>
    public ConnectionDelegate Keeping(ConnectionDelegate next) => async connection =>
    {
        var heart = new Heart(connection.Features.Get<IConnectionHeartbeatFeature>()!);
        connection.Features.Set<IConnectionHeartbeatFeature>(heart);
        _hearts[heart] = true;
        try
        {
            await next(connection);
        }
        finally
        {
            _hearts.TryRemove(heart, out _);
        }
    };

    /// <summary>Ends it; the connections are closed.</summary>
    public void Dispose()
    {
        _begin.Dispose();
        _end.Cancel();
        _end.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(_end.Token))
        {
            foreach (var (heart, _) in _hearts)
            {
                heart.Beat();
            }
        }
    }

    /// <summary>What a connection wants done at each beat.</summary>
    private sealed class Heart(IConnectionHeartbeatFeature kestrel) : IConnectionHeartbeatFeature
    {
        private readonly Lock _beating = new();
        private readonly List<(Action<object> Action, object State)> _actions = [];

        public void OnHeartbeat(Action<object> action, object state)
        {
            lock (_beating)
            {
                _actions.Add((action, state));
                if (_actions.Count == 1)
                {
                    kestrel.OnHeartbeat(static heart => ((Heart)heart).Beat(), this);
                }
            }
        }

        public void Beat()
        {
            lock (_beating)
            {
                foreach (var (action, state) in _actions)
                {
                    action(state);
                }
            }
        }
    }
}
