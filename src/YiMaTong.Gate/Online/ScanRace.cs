using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Gate.Online;

/// <summary>One scan's race between the nodes. For one caller.</summary>
/// <param name="request">The scan.</param>
/// <param name="inOrder">The nodes, whom to ask first.</param>
/// <param name="limit">Time from now to the deadline.</param>
/// <param name="hedgeAfter">Silence after which the next node is asked too.</param>
/// <param name="time">The clock.</param>
/// <param name="stop">Ends the race: the deadline is over, or the caller gave up.</param>
internal sealed class ScanRace(
    DecodeRequest request,
    Func<List<NodeLink>> inOrder,
    TimeSpan limit,
    TimeSpan hedgeAfter,
    TimeProvider time,
    CancellationToken stop)
{
    // The longest is a fraction of what a scan has: a node that comes back late in it is still asked.
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(10), PauseMax = TimeSpan.FromMilliseconds(40);

    private readonly DateTime _deadline = time.GetUtcNow().UtcDateTime + limit;
    private readonly List<(NodeLink Link, long StartedAt, Task<(DecodeResponse? Answer, string? Failure)> Call)>
        _running = [];

    private OnlineAnswer _best = new(request.ScanId);
    private int _tries;

    /// <summary>Asks until a node decides, or the race is ended.</summary>
    public async Task<OnlineAnswer> RunAsync()
    {
        for (var pause = PauseMin; !stop.IsCancellationRequested; pause = pause < PauseMax ? pause * 2 : PauseMax)
        {
            if (await RoundAsync() || !MayChange(_best.Response?.Code))
            {
                break;
            }

            // A node that is coming back, or is less busy by then, may still answer within the deadline.
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Whoever is still silent after the patience of a scan keeps the next one waiting too.
        foreach (var (link, startedAt, _) in _running.Where(one => time.GetElapsedTime(one.StartedAt) >= hedgeAfter))
        {
            link.Health.Failed();
        }

        return _best with { Tries = _tries };
    }

    /// <summary>Asks every node once; true when one decided.</summary>
    private async Task<bool> RoundAsync()
    {
        var left = new Queue<NodeLink>(inOrder());
        Start(left.Dequeue());
        while (_running.Count > 0)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var patience = Task.Delay(left.Count > 0 ? hedgeAfter : Timeout.InfiniteTimeSpan, time, waiting.Token);
            var first = await FirstAsync(patience);
            await waiting.CancelAsync();
            var place = _running.FindIndex(one => one.Call == first);
            if (stop.IsCancellationRequested && place < 0)
            {
                return false;
            }

            if (place >= 0)
            {
                var (link, _, call) = _running[place];
                _running.RemoveAt(place);
#pragma warning disable VSTHRD003 // This race itself started it, and it has ended.
                if (Take(link, await call))
#pragma warning restore VSTHRD003
                {
                    return true;
                }
            }

            if (left.TryDequeue(out var next))
            {
                Start(next);
            }
        }

        return false;
    }

    private Task<Task> FirstAsync(Task patience)
    {
        var tasks = new List<Task> { patience };
        foreach (var one in _running)
        {
            tasks.Add(one.Call);
        }

        return Task.WhenAny(tasks);
    }

    private void Start(NodeLink link)
    {
        _tries++;
        _running.Add((link, time.GetTimestamp(), link.AskAsync(request, _deadline, stop)));
    }

    private bool Take(NodeLink link, (DecodeResponse? Answer, string? Failure) ended)
    {
        if (ended.Answer is not null)
        {
            _best = _best with { Response = ended.Answer, Node = link.Address, Tries = _tries };
        }
        else if (!stop.IsCancellationRequested)
        {
            _best = _best with { Failure = $"{link.Address} {ended.Failure}" };
        }

        return _best.IsDecided || OnlineGate.IsScansFault(ended.Answer?.Code ?? "");
    }

    private static bool MayChange(string? code) => code is null || OnlineGate.CannotTell(code);
}
