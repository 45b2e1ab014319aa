using System.Diagnostics;
using System.Text;
using YiMaTong.Gate;
using YiMaTong.Gate.Alarms;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.GateProgram;

/// <summary>Runs a gate over lines of text: codes in, answers out; alarms go to the second writer.</summary>
internal sealed class GateRunner(GateSettings settings, TimeProvider time, TextWriter output, TextWriter errors)
{
    private const int Refused = 3;
    private const string StatusLine = "?";
    private const char AcknowledgeMark = '!';

    /// <summary>Runs until there is nothing left to answer.</summary>
    /// <exception cref="StartupException">The data folder cannot be used.</exception>
    public async Task<int> RunAsync(Invocation invocation, Stream input, CancellationToken stop)
    {
        await using var gate = Open();
        var permits = true;
        if (invocation.Status)
        {
            await gate.ProbedAsync(stop);
            await PrintAsync(GateLines.Of(gate.Status()));
        }
        else if (invocation.Code is { } code)
        {
            permits = await AnswerAsync(gate, code);
        }
        else
        {
            await AnswerAllAsync(gate, input, stop);
        }

        await BringHomeAsync(gate, invocation.HomeSeconds, stop);
        return permits ? 0 : Refused;
    }

    private Gatekeeper Open()
    {
        try
        {
            var gate = Gatekeeper.Open(settings.Online, settings.Offline, time);
            foreach (var standing in gate.Alarms.Standing)
            {
                errors.WriteLine(GateLines.Of(standing, raised: true));
            }

            gate.Alarms.Raised += alarm => errors.WriteLine(GateLines.Of(alarm, raised: true));
            gate.Alarms.Cleared += alarm => errors.WriteLine(GateLines.Of(alarm, raised: false));
            return gate;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"Gate:Offline:DataFolder: cannot be used, or another gate uses it ({settings.Offline.DataFolder}): "
                + refused.Message,
                refused);
        }
    }

    private async Task AnswerAllAsync(Gatekeeper gate, Stream input, CancellationToken stop)
    {
        using var reader = new StreamReader(input, Encoding.UTF8);
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
        while (!stop.IsCancellationRequested)
        {
            // A terminal's or pipe's read is not ended by a token.
            var reading = Task.Run(() => reader.ReadLine(), CancellationToken.None);
            if (await Task.WhenAny(reading, stopped) != reading || await reading is not { } line)
            {
                return;
            }

            if (line == StatusLine || Acknowledged(gate, line))
            {
                await PrintAsync(GateLines.Of(gate.Status()));
            }
            else if (line.Length > 0)
            {
                await AnswerAsync(gate, line);
            }
        }
    }

    // No code begins so. A name that is none is answered as any text is.
    private static bool Acknowledged(Gatekeeper gate, string line)
    {
        var isAlarm = line.StartsWith(AcknowledgeMark)
            && Enum.TryParse<GateAlarm>(line.AsSpan(1), ignoreCase: true, out var alarm)
            && Enum.IsDefined(alarm);
        if (isAlarm)
        {
            gate.Alarms.Acknowledge(Enum.Parse<GateAlarm>(line.AsSpan(1), ignoreCase: true));
        }

        return isAlarm;
    }

    private async Task<bool> AnswerAsync(Gatekeeper gate, string code)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await gate.ScanAsync(code);
        await PrintAsync(GateLines.Of(answer, Stopwatch.GetElapsedTime(started)));
        return answer.Permits;
    }

    private async Task BringHomeAsync(Gatekeeper gate, int seconds, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (seconds > 0 && gate.Status().ScansWaiting > 0 && time.GetElapsedTime(started).TotalSeconds < seconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            seconds = stop.IsCancellationRequested ? 0 : seconds;
        }
    }

    private async Task PrintAsync(string line)
    {
        await output.WriteLineAsync(line);
        await output.FlushAsync();
    }
}
