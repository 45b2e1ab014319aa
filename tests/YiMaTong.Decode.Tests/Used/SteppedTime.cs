using Microsoft.Extensions.Time.Testing;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>A clock that can be set while the monotonic one goes on, as on a real machine.</summary>
internal sealed class SteppedTime(FakeTimeProvider inner) : TimeProvider
{
    private TimeSpan _offset;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + _offset;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    public void Set(DateTimeOffset now) => _offset = now - inner.GetUtcNow();
}
