using YiMaTong.Gate;

namespace YiMaTong.AllInOne.Drill;

/// <summary>What became of passengers within one part of the drill. Thread-safe.</summary>
internal sealed class Tally(string name)
{
    private readonly Lock _lock = new();

    public string Name { get; } = name;

    /// <summary>Passengers let in or out by a node's decision.</summary>
    public int Online { get; private set; }

    /// <summary>Passengers let in or out with their emergency code.</summary>
    public int Emergency { get; private set; }

    /// <summary>Passengers let out with a code that nobody could open.</summary>
    public int Unopened { get; private set; }

    /// <summary>Passengers who had to wait: neither code counted.</summary>
    public int Refused { get; private set; }

    /// <summary>The longest that one gate took over one code, in milliseconds.</summary>
    public double SlowestMs { get; private set; }

    /// <summary>Takes note of how a passenger fared.</summary>
    /// <param name="answer">The last answer that the passenger got.</param>
    /// <param name="byEmergencyCode">Whether that was to the emergency code.</param>
    public void Add(GateAnswer answer, bool byEmergencyCode)
    {
        lock (_lock)
        {
            if (!answer.Permits)
            {
                Refused++;
            }
            else if (byEmergencyCode)
            {
                Emergency++;
            }
            else if (answer.IsOffline)
            {
                Unopened++;
            }
            else
            {
                Online++;
            }
        }
    }

    /// <summary>Takes note of how long a code took.</summary>
    public void Took(TimeSpan elapsed)
    {
        lock (_lock)
        {
            SlowestMs = Math.Max(SlowestMs, elapsed.TotalMilliseconds);
        }
    }
}
