using Grpc.Core;

namespace YiMaTong.Decode.Sessions;

/// <summary>
/// Ends a gate's stream that nothing comes on any more: whoever opens one has shown nothing yet, and holds memory and a
/// place. One stream's, and one caller's at a time.
/// </summary>
internal sealed class StreamGuard : IDisposable
{
    /// <summary>Time for the first frame.</summary>
    public static readonly TimeSpan FirstFrame = TimeSpan.FromSeconds(10);

    // For a frame in hand when the process stops, and at the least for any answer.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _idle;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _working;
    private readonly CancellationTokenSource _reading;
    private readonly CancellationTokenRegistration _farewell;

    /// <summary>Starts with the stream.</summary>
    /// <param name="idle">Time between frames, not below 5 s.</param>
    /// <param name="time">The clock.</param>
    /// <param name="call">Ends with the call.</param>
    /// <param name="stop">Ends with the process.</param>
    public StreamGuard(TimeSpan idle, TimeProvider time, CancellationToken call, CancellationToken stop)
    {
        (_idle, _stop) = (idle, stop);
        _silence = new(FirstFrame, time);
        _working = CancellationTokenSource.CreateLinkedTokenSource(call, _silence.Token);
        _reading = CancellationTokenSource.CreateLinkedTokenSource(_working.Token, stop);
        _farewell = stop.UnsafeRegister(static guard => ((StreamGuard)guard!)._silence.CancelAfter(Farewell), this);
    }

    /// <summary>Ends the wait for a frame: the call, the silence or the process is at its end.</summary>
    public CancellationToken Reading => _reading.Token;

    /// <summary>
    /// Ends the work on a frame, which a gate that does not read its answers holds up: as <see cref="Reading"/>, but a
    /// process that stops leaves a little time for it.
    /// </summary>
    public CancellationToken Working => _working.Token;

    /// <summary>What the stream ends with where the node ended it; else null.</summary>
    public Status? End =>
        _stop.IsCancellationRequested ? new(StatusCode.Unavailable, "The node is stopping.")
        : _silence.IsCancellationRequested ? new(StatusCode.Unavailable, "Nothing came for too long.")
        : null;

    /// <summary>Notes a frame.</summary>
    /// <param name="life">What its session has left; a frame without a session counts for nothing.</param>
    public void Heard(TimeSpan life)
    {
        if (life > TimeSpan.Zero && !_stop.IsCancellationRequested)
        {
            _silence.CancelAfter(life > _idle ? _idle : life < Farewell ? Farewell : life);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // First, and it waits: the callback must not meet what is disposed of below.
        _farewell.Dispose();
        _reading.Dispose();
        _working.Dispose();
        _silence.Dispose();
    }
}
