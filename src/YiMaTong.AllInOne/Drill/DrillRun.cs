using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using YiMaTong.AllInOne.Demo;
using YiMaTong.AllInOne.Walk;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Gate;

namespace YiMaTong.AllInOne.Drill;

/// <summary>
/// The outage drill of docs/outage.md on this machine: scans flow while issuing, then decode, then both are killed, and
/// in the end every scan is accounted for.
/// </summary>
internal sealed class DrillRun(DataFolder folder, TimeProvider time, TextWriter output) : IDisposable
{
    private const string EmergencyId = "drill";

    private readonly DrillServices _services = new(folder);
    private readonly List<Tally> _tallies = [];
    private readonly long _startedAt = time.GetTimestamp();
    private Tally _tally = new("");

    /// <summary>Runs the drill.</summary>
    /// <returns>The exit code: 0 where every scan is accounted for.</returns>
    /// <exception cref="WalkFailedException">A service refused what the drill needs.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await _services.Issuing.StartAsync(time, stop);
        await _services.Decode.StartAsync(time, stop);
        using var cast = await DrillCast.GatherAsync(folder, _services, time, output, stop);
        await using var entry = cast.OpenEntry();
        await using var exit = cast.OpenExit();
        await Task.WhenAll(entry.ProbedAsync(stop), exit.ProbedAsync(stop));
        var (doorIn, doorOut) = (Door(entry, cast.Arriving), Door(exit, cast.Leaving));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Begin("all is well");
        var running = Task.WhenAll(doorIn.RunAsync(over.Token), doorOut.RunAsync(over.Token));
        try
        {
            await PartsAsync(cast.City, entry, exit, stop);
        }
        finally
        {
            await over.CancelAsync();
            await running;
        }

        PrintTable();
        await output.WriteLineAsync("reconciliation:");
        var whole = await new Reconciliation(cast.City, time, output).RunAsync(
            [entry, exit], [.. doorIn.Answers, .. doorOut.Answers], stop);
        await output.WriteLineAsync(whole ? "every scan is accounted for" : "SCANS ARE MISSING");
        return whole ? 0 : 1;
    }

    /// <inheritdoc />
    public void Dispose() => _services.Dispose();

    private async Task PartsAsync(DemoCity city, Gatekeeper entry, Gatekeeper exit, CancellationToken stop)
    {
        await WaitAsync(5, stop);
        Begin("issuing is killed");
        _services.Issuing.Kill();
        await WaitAsync(6, stop);

        Begin("issuing is back; decode is killed");
        await _services.Issuing.StartAsync(time, stop);
        _services.Decode.Kill();
        await WaitAsync(2, stop);
        Begin("an operator declares an emergency");
        await DeclareAsync(city, stop);
        await UntilAsync(() => entry.Status().IsDeclared && exit.Status().IsDeclared, "gates know of it", stop);
        await WaitAsync(6, stop);

        Begin("decode is back; the emergency is ended");
        await _services.Decode.StartAsync(time, stop);
        await EndAsync(city, stop);
        await UntilAsync(() => !entry.Status().IsDown && !exit.Status().IsDown, "gates ask the node again", stop);
        await WaitAsync(4, stop);

        Begin("both are killed");
        _services.Issuing.Kill();
        _services.Decode.Kill();
        await UntilAsync(() => entry.Status().IsCutOff, "the gate is cut off: emergency codes count", stop);
        await WaitAsync(8, stop);

        Begin("both are back");
        await _services.Issuing.StartAsync(time, stop);
        await _services.Decode.StartAsync(time, stop);
        await UntilAsync(() => !entry.Status().IsDown && !exit.Status().IsDown, "gates ask the node again", stop);
        await WaitAsync(4, stop);
    }

    private static async Task DeclareAsync(DemoCity city, CancellationToken stop)
    {
        var emergency = new Emergency
        {
            EmergencyId = EmergencyId,
            Region = CityPlan.Region,
            SceneKinds = { DrillCast.SceneKind },
            End = Timestamp.FromDateTimeOffset(
                DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3_600)),
        };
        var answer = await new EmergencyService.EmergencyServiceClient(city.Channel).DeclareEmergencyAsync(
            new DeclareEmergencyRequest { Emergency = emergency }, city.Operator, cancellationToken: stop);
        WalkFailedException.Expect(answer.Code, answer.Msg, "DeclareEmergency");
    }

    private static async Task EndAsync(DemoCity city, CancellationToken stop)
    {
        var answer = await new EmergencyService.EmergencyServiceClient(city.Channel).EndEmergencyAsync(
            new EndEmergencyRequest { EmergencyId = EmergencyId }, city.Operator, cancellationToken: stop);
        WalkFailedException.Expect(answer.Code, answer.Msg, "EndEmergency");
    }

    private Turnstile Door(Gatekeeper gate, IReadOnlyList<Phone> phones) =>
        new(gate, phones, () => Volatile.Read(ref _tally), time);

    private void Begin(string part)
    {
        var tally = new Tally(part);
        _tallies.Add(tally);
        Volatile.Write(ref _tally, tally);
        Say(part);
    }

    private void Say(string what) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_startedAt).TotalSeconds,6:F1} s  {what}"));

    private Task WaitAsync(double seconds, CancellationToken stop) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), time, stop);

    private async Task UntilAsync(Func<bool> done, string what, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (!done())
        {
            if (time.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
            {
                throw new WalkFailedException($"waited in vain until {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, stop);
        }

        Say(what);
    }

    private void PrintTable()
    {
        output.WriteLine();
        output.WriteLine(
            $"{"passengers",-40} {"by node",8} {"by emergency code",18} {"let out",8} {"refused",8} {"slowest",10}");
        foreach (var part in _tallies)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{part.Name,-40} {part.Online,8} {part.Emergency,18} {part.Unopened,8} {part.Refused,8} "
                + $"{part.SlowestMs,7:F1} ms"));
        }

        output.WriteLine();
    }
}
