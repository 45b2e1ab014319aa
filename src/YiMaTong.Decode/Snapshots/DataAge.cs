using YiMaTong.Codes.Storage;
using YiMaTong.Decode.Feed;
using YiMaTong.Directory.Snapshots;

namespace YiMaTong.Decode.Snapshots;

/// <summary>
/// The age of data across a restart. A process measures it by the monotonic clock alone; a file needs the wall clock,
/// which may have been set since. So a file carries both, and of two ages the greater counts: the monotonic clock,
/// comparable within one boot of the machine, catches a wall clock that was set back or was ahead. An age that cannot
/// be told is <see cref="NodeStatus.AgeUnknown"/>, which no bound allows. Thread-safe.
/// </summary>
internal sealed class DataAge(NodeStatus status, TimeProvider time)
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private readonly Guid _boot = ReadBoot();

    /// <summary>Writes the time at which a state was confirmed into a header.</summary>
    public SnapshotHeader Stamp(NodeState state)
    {
        var header = new SnapshotHeader { Epoch = state.Epoch, Revision = state.Revision };
        var age = status.AgeMs(state);
        return age == NodeStatus.AgeUnknown
            ? header
            : header with
            {
                ConfirmedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds() - age,
                Boot = _boot,
                ConfirmedUptimeMs = UptimeMs() - age,
            };
    }

    /// <summary>Age in milliseconds of what a file holds.</summary>
    public long Of(SnapshotHeader header)
    {
        var age = time.GetUtcNow().ToUnixTimeMilliseconds() - header.ConfirmedAtMs;
        if (header.ConfirmedAtMs <= 0 || age < 0)
        {
            return NodeStatus.AgeUnknown;
        }

        if (_boot == Guid.Empty || header.Boot != _boot)
        {
            return age;
        }

        var sinceBoot = UptimeMs() - header.ConfirmedUptimeMs;
        return sinceBoot < 0 ? NodeStatus.AgeUnknown : Math.Max(age, sinceBoot);
    }

    private long UptimeMs() => (long)(time.GetTimestamp() / (double)time.TimestampFrequency * 1_000);

    private static Guid ReadBoot()
    {
        try
        {
            return Guid.TryParse(File.ReadAllText(BootFile).Trim(), out var boot) ? boot : Guid.Empty;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return Guid.Empty;
        }
    }
}
