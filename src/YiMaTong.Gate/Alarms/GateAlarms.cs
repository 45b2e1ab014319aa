using System.Collections.Concurrent;

namespace YiMaTong.Gate.Alarms;

/// <summary>An alarm that stands.</summary>
/// <param name="Alarm">Which.</param>
/// <param name="Since">When it was raised first.</param>
/// <param name="Text">What is wrong, in English; no code, key or name of a person.</param>
public sealed record StandingAlarm(GateAlarm Alarm, DateTimeOffset Since, string Text);

/// <summary>
/// The alarms of one gate. Each is over by itself when its cause is; what cannot be undone, such as lost scans, stands
/// until somebody acknowledges it. Thread-safe.
/// </summary>
public sealed class GateAlarms(TimeProvider time)
{
    private readonly ConcurrentDictionary<GateAlarm, StandingAlarm> _standing = new();

    /// <summary>
    /// Called when an alarm is raised that did not stand. Handlers are quick; one that throws is left out.
    /// </summary>
    public event Action<StandingAlarm>? Raised;

    /// <summary>Called when an alarm is over, with its last text. Handlers as above.</summary>
    public event Action<StandingAlarm>? Cleared;

    /// <summary>Those that stand now, the oldest first.</summary>
    public IReadOnlyList<StandingAlarm> Standing => [.. _standing.Values.OrderBy(alarm => alarm.Since)];

    /// <summary>Whether an alarm stands.</summary>
    public bool Stands(GateAlarm alarm) => _standing.ContainsKey(alarm);

    /// <summary>
    /// Takes an alarm off after somebody has looked. Where the cause is still there, or comes again, it is raised anew.
    /// </summary>
    /// <returns>Whether it stood.</returns>
    public bool Acknowledge(GateAlarm alarm) => Clear(alarm);

    internal void Raise(GateAlarm alarm, string text)
    {
        var raised = new StandingAlarm(alarm, time.GetUtcNow(), text);
        if (_standing.TryAdd(alarm, raised))
        {
            Tell(Raised, raised);
        }
        else if (_standing.TryGetValue(alarm, out var held))
        {
            _standing.TryUpdate(alarm, held with { Text = text }, held);
        }
    }

    internal bool Clear(GateAlarm alarm)
    {
        var stood = _standing.TryRemove(alarm, out var held);
        if (stood)
        {
            Tell(Cleared, held!);
        }

        return stood;
    }

    // Whoever raises an alarm has a disk or a line to look after: a handler that cannot write its line to a full disk
    // must not end that.
    private static void Tell(Action<StandingAlarm>? handlers, StandingAlarm alarm)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(alarm);
            }
            catch (Exception)
            {
                // It still stands, and Standing tells it.
            }
        }
    }
}
