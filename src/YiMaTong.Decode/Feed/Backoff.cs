using System.Security.Cryptography;

namespace YiMaTong.Decode.Feed;

/// <summary>
/// Waits between tries: doubling up to a cap, each drawn from its upper half, so that nodes do not come in step.
/// </summary>
internal sealed class Backoff(int minMs, int maxMs)
{
    private int _failures;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var capped = (int)Math.Min(maxMs, (long)minMs << Math.Min(_failures, 20));
        _failures++;
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((capped / 2) + 1, capped + 1));
    }

    /// <summary>Starts over at the shortest wait.</summary>
    public void Reset() => _failures = 0;
}
