using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Notices unusual issuance: whoever holds stolen tokens in bulk must not empty the city's codes unseen. It counts by
/// whole minutes and raises the alarm once in each. Thread-safe.
/// </summary>
internal sealed class IssuanceAlarm(
    IOptions<EmergencyOptions> options, TimeProvider time, ILogger<IssuanceAlarm> log)
{
    private readonly Lock _gate = new();
    private long _minute;
    private long _count;
    private long _unusual = long.MinValue;

    /// <summary>Whether the running minute, or the one before, is above the limit: 1 or 0, for the metrics.</summary>
    public int Raised => Minute - Interlocked.Read(ref _unusual) is 0 or 1 ? 1 : 0;

    private long Minute => time.GetUtcNow().ToUnixTimeSeconds() / 60;

    /// <summary>Counts one code.</summary>
    public void Count()
    {
        lock (_gate)
        {
            var minute = Minute;
            if (minute != _minute)
            {
                (_minute, _count) = (minute, 0);
            }

            if (++_count == options.Value.AlarmPerMinute + 1L)
            {
                Interlocked.Exchange(ref _unusual, minute);
                log.UnusualIssuance(_count, options.Value.AlarmPerMinute);
            }
        }
    }
}
