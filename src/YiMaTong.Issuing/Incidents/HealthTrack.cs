namespace YiMaTong.Issuing.Incidents;

/// <summary>What a report changed.</summary>
internal enum HealthTurn { None, Failed, Recovered }

/// <summary>
/// One thing's health with hysteresis: enough failures in a row, over enough time, make it failed; enough successes in
/// a row make it well again. A single report never does, unless settings say so. For one caller at a time.
/// </summary>
/// <param name="failuresToOpen">Failures in a row, at least 1.</param>
/// <param name="openAfter">Time that they span at least.</param>
/// <param name="successesToClose">Successes in a row, at least 1.</param>
internal sealed class HealthTrack(int failuresToOpen, TimeSpan openAfter, int successesToClose)
{
    private int _failures;
    private int _successes;
    private DateTimeOffset _firstFailure;

    /// <summary>Whether it counts as failed.</summary>
    public bool Failed { get; private set; }

    /// <summary>Goes on from a failure that an earlier run of the process found.</summary>
    public void Resume() => Failed = true;

    /// <summary>Takes in one look at it.</summary>
    public HealthTurn Report(bool well, DateTimeOffset now)
    {
        if (well)
        {
            _failures = 0;
            _successes = Math.Min(_successes + 1, successesToClose);
            return Turn(Failed && _successes >= successesToClose, HealthTurn.Recovered);
        }

        _successes = 0;
        if (_failures == 0)
        {
            _firstFailure = now;
        }

        _failures = Math.Min(_failures + 1, failuresToOpen);
        return Turn(
            !Failed && _failures >= failuresToOpen && now - _firstFailure >= openAfter, HealthTurn.Failed);
    }

    private HealthTurn Turn(bool turns, HealthTurn turn)
    {
        if (!turns)
        {
            return HealthTurn.None;
        }

        Failed = turn == HealthTurn.Failed;
        return turn;
    }
}
