namespace YiMaTong.Hosting.Health;

/// <summary>
/// Tells calls that stay, as streams do, that they must end now: the process stops, and the time in which load
/// balancers look away is over. Without it the stop would wait for them until its own time is over. Thread-safe.
/// </summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>Makes one that is not given yet.</summary>
    public StopSignal() => Token = _source.Token;

    /// <summary>Cancelled when the signal is given; readable after <see cref="Dispose"/> too.</summary>
    public CancellationToken Token { get; }

    /// <summary>Gives the signal. Those who heed it go on by threads of their own.</summary>
    public Task GiveAsync() => _source.CancelAsync();

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();
}
