using System.Globalization;

namespace YiMaTong.AllInOne.Walk;

/// <summary>Prints each step of the walk with the time it took.</summary>
internal sealed class StepPrinter(TimeProvider time, TextWriter output)
{
    private int _number;

    /// <summary>Does a step and prints it.</summary>
    public async Task<T> DoAsync<T>(string step, Func<Task<T>> work)
    {
        var started = time.GetTimestamp();
        var result = await work();
        var elapsed = time.GetElapsedTime(started).TotalMilliseconds;
        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{++_number,2}. {step,-44} {elapsed,9:F2} ms"));
        return result;
    }

    /// <summary>Prints what came of the step before.</summary>
    public void Note(string text) => output.WriteLine($"    {text}");
}
