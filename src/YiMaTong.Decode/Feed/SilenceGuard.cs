namespace YiMaTong.Decode.Feed;

/// <summary>
/// Cancels a stream on which nothing was heard for a time: a half-open connection never ends by itself.
/// </summary>
internal sealed class SilenceGuard : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;

    /// <summary>Starts to listen.</summary>
    public SilenceGuard(int seconds, TimeProvider time, CancellationToken stopping)
    {
        _limit = TimeSpan.FromSeconds(seconds);
        _silence = new(_limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, stopping);
    }

    /// <summary>Cancelled by silence or by the end of the process.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Notes that something was heard.</summary>
    public void Heard() => _silence.CancelAfter(_limit);

    /// <inheritdoc />
    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
