using System.Buffers.Binary;
using System.Globalization;
using YiMaTong.Gate.Alarms;

namespace YiMaTong.Gate.Trust;

/// <summary>
/// When issuing last said that what is held is the newest, and by how much the clocks differ. Nothing is decided by the
/// difference: documents count by their signatures and revisions. Written by one thread, read by any.
/// </summary>
internal sealed class TrustClock(int skewSeconds, GateAlarms alarms, TimeProvider time)
{
    private static readonly long MsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private long _stampMs;
    private long _mark = time.GetTimestamp();
    private bool _live;
    private long _offsetMs;

    /// <summary>Milliseconds by which issuing's clock was ahead at its last word; 0 before any.</summary>
    public long OffsetMs => Volatile.Read(ref _offsetMs);

    /// <summary>
    /// Time since the last word; null where there never was one, or where nothing tells since the gate's clock is
    /// behind it.
    /// </summary>
    public TimeSpan? Age
    {
        get
        {
            if (Volatile.Read(ref _live))
            {
                return time.GetElapsedTime(Volatile.Read(ref _mark));
            }

            // After a restart there is the gate's clock alone; where it is before the stamp, it is wrong.
            var stampMs = Volatile.Read(ref _stampMs);
            var ageMs = time.GetUtcNow().ToUnixTimeMilliseconds() - stampMs;
            return stampMs == 0 || ageMs < skewSeconds * -1000L
                ? null
                : TimeSpan.FromMilliseconds(Math.Max(0, ageMs));
        }
    }

    /// <summary>Time since the last word or the start, whichever is later; no wall clock has a say in it.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _mark));

    /// <summary>Takes note of a word of issuing.</summary>
    /// <param name="serverTimeMs">Its clock; what is no time of the years 1970 to 9999 says nothing.</param>
    public void Heard(long serverTimeMs)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        Volatile.Write(ref _mark, time.GetTimestamp());
        Volatile.Write(ref _stampMs, nowMs);
        Volatile.Write(ref _live, true);
        if (serverTimeMs <= 0 || serverTimeMs > MsMax)
        {
            return;
        }

        var offsetMs = serverTimeMs - nowMs;
        Volatile.Write(ref _offsetMs, offsetMs);
        if (offsetMs > skewSeconds * 1000L || offsetMs < skewSeconds * -1000L)
        {
            alarms.Raise(
                GateAlarm.ClockWrong,
                string.Create(CultureInfo.InvariantCulture, $"issuing's clock is {offsetMs / 1000} s ahead"));
        }
        else
        {
            alarms.Clear(GateAlarm.ClockWrong);
        }
    }

    /// <summary>The stamp for the disk.</summary>
    public byte[] ToBytes()
    {
        var stamp = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(stamp, _stampMs);
        return stamp;
    }

    /// <summary>Takes the stamp of the disk.</summary>
    public bool TryRestore(byte[] stamp)
    {
        if (stamp.Length != 8 || BinaryPrimitives.ReadInt64LittleEndian(stamp) is not (> 0 and var at) || at > MsMax)
        {
            return false;
        }

        _stampMs = at;
        return true;
    }
}
