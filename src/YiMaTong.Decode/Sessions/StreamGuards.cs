using Microsoft.Extensions.Options;
using YiMaTong.Decode.Load;
using YiMaTong.Hosting.Health;

namespace YiMaTong.Decode.Sessions;

/// <summary>Makes the guards of this node's streams. Thread-safe.</summary>
internal sealed class StreamGuards(IOptions<LoadOptions> options, StopSignal stop, TimeProvider time)
{
    private readonly TimeSpan _idle = TimeSpan.FromSeconds(options.Value.StreamIdleSeconds);

    /// <summary>Guards a stream that has just been opened.</summary>
    public StreamGuard Watch(CancellationToken call) => new(_idle, time, call, stop.Token);
}
