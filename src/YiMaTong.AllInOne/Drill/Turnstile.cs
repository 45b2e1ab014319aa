using System.Collections.Concurrent;
using YiMaTong.Gate;

namespace YiMaTong.AllInOne.Drill;

/// <summary>
/// A gate with its queue of passengers: each shows the online code and, where the gate says so, the emergency code.
/// Runs on its own; what it answered is read afterwards.
/// </summary>
/// <param name="gate">The gate.</param>
/// <param name="phones">Whose passengers come one after another.</param>
/// <param name="tally">Where the passenger is counted.</param>
/// <param name="time">The clock.</param>
internal sealed class Turnstile(Gatekeeper gate, IReadOnlyList<Phone> phones, Func<Tally> tally, TimeProvider time)
{
    // Each phone comes again after more than a second: a showing lets in once, and is signed with the second.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<GateAnswer> _answers = new();

    /// <summary>Every answer that the gate gave.</summary>
    public IReadOnlyCollection<GateAnswer> Answers => _answers;

    /// <summary>Lets passengers through until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await PassAsync(phones[i % phones.Count], tally());
            await Task.Delay(Between, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassAsync(Phone phone, Tally into)
    {
        var online = await phone.OnlineCodeAsync(CancellationToken.None);
        var answer = online is null ? null : await AskAsync(online, into);
        var last = answer is { Permits: true } ? answer : await AskAsync(phone.EmergencyCode(), into);
        into.Add(last, byEmergencyCode: last != answer);
    }

    private async Task<GateAnswer> AskAsync(string code, Tally into)
    {
        var started = time.GetTimestamp();
        var answer = await gate.ScanAsync(code);
        into.Took(time.GetElapsedTime(started));
        _answers.Enqueue(answer);
        return answer;
    }
}
