using System.Diagnostics;

namespace YiMaTong.Testing;

/// <summary>Waits for a condition with a limit, so that a test never sleeps for a fixed time. Thread-safe.</summary>
public static class AwaitUntil
{
    private static readonly TimeSpan SoonLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Reads again and again until the value satisfies the condition, and returns that value.</summary>
    /// <param name="read">Reads the value.</param>
    /// <param name="satisfied">The condition.</param>
    /// <param name="limit">Longest wait; the last value is then named in the exception.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="interval">Time between readings; 25 ms where null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The condition did not hold within the limit.</exception>
    public static async Task<T> Satisfies<T>(
        Func<Task<T>> read,
        Func<T, bool> satisfied,
        TimeSpan limit,
        string what,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            // The reading starts before the limit is looked at: a condition that holds at the last moment counts.
            var elapsed = Stopwatch.GetElapsedTime(started);
            var value = await read();
            if (satisfied(value))
            {
                return value;
            }

            if (elapsed >= limit)
            {
                throw new TimeoutException(
                    $"{what} did not come about within {limit.TotalSeconds:0.###} s; last: {value}");
            }

            await Task.Delay(interval ?? DefaultInterval, cancellationToken);
        }
    }

    /// <summary>Waits until the condition holds, for 20 seconds at the most.</summary>
    /// <exception cref="TimeoutException">The condition did not hold within the limit.</exception>
    public static Task Soon(Func<bool> condition, string what) => Holds(condition, SoonLimit, what);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">The condition did not hold within the limit.</exception>
    public static Task Holds(
        Func<bool> condition, TimeSpan limit, string what, CancellationToken cancellationToken = default) =>
        Satisfies(() => Task.FromResult(condition()), static held => held, limit, what, null, cancellationToken);
}
