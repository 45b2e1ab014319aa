using Microsoft.Extensions.Time.Testing;

namespace YiMaTong.Issuing.Tests.Citizens;

/// <summary>A fake clock that can be set wrong while the monotonic one goes on, as on a real machine.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;

    public void Jump(TimeSpan by) => _offset += by;
}
