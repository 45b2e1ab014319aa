namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// Writes behind those who ask for it, on a thread that a hanging disk may keep. Invariants: one write runs at a time;
/// each ask is followed by a write that begins after it, and those that come while one runs share the next.
/// Thread-safe.
/// </summary>
/// <param name="write">Writes what there is when it begins. False where that was refused; it throws nothing.</param>
internal sealed class WriteBehind(Func<Task<bool>> write)
{
    private readonly Lock _gate = new();
    private Task<bool> _running = Task.FromResult(true);
    private Task<bool>? _next;

    /// <summary>Has it written.</summary>
    /// <returns>Whether it was, once that is known; never, where the disk hangs.</returns>
    public Task<bool> Ask()
    {
        lock (_gate)
        {
            return _next ?? (_running.IsCompleted ? _running = Start() : _next = FollowAsync(_running));
        }
    }

    /// <summary>Waits for what was asked for so far.</summary>
    /// <param name="limit">The longest wait.</param>
    /// <returns>Whether it came to its end.</returns>
    public bool Wait(TimeSpan limit)
    {
        Task last;
        lock (_gate)
        {
            last = _next ?? _running;
        }

#pragma warning disable VSTHRD002 // Threads of its own, which wait for nobody.
        return last.Wait(limit);
#pragma warning restore VSTHRD002
    }

    private Task<bool> Start() => Task.Factory.StartNew(
        write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private async Task<bool> FollowAsync(Task before)
    {
        // Never within the lock of whoever asks.
#pragma warning disable VSTHRD003 // It has a thread of its own.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
#pragma warning restore VSTHRD003
        Task<bool> mine;
        lock (_gate)
        {
            mine = _running = Start();
            _next = null;
        }

        return await mine;
    }
}
