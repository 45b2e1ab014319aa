using System.CommandLine;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.GateProgram;

/// <summary>What the user asked for on the command line.</summary>
/// <param name="Code">One code to answer; null reads codes from standard input.</param>
/// <param name="Status">Print how the gate is, and end.</param>
/// <param name="HomeSeconds">Seconds to wait in the end until issuing has every scan.</param>
/// <param name="Settings">The rest: settings.</param>
internal sealed record Invocation(string? Code, bool Status, int HomeSeconds, string[] Settings)
{
    /// <summary>Reads the command line and does what it asks for.</summary>
    /// <returns>0; 1 when the start failed; 3 when --code was refused.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Command().Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
            });
        }

        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync(error.Message);
        }

        return 1;
    }

    private static RootCommand Command()
    {
        var code = new Option<string?>("--code")
        {
            Description = "Answer this code and end: 0 where it passes, else 3.",
        };
        var status = new Option<bool>("--status") { Description = "Print how the gate is as one JSON line, and end." };
        var home = new Option<int>("--home")
        {
            Description = "Seconds to wait in the end until issuing has every scan that was decided here.",
        };
        var command = new RootCommand(
            "A gate of YiMaTong (一码通): reads codes line by line, prints one JSON line for each. "
            + "A line of just \"?\" prints how the gate is, one of \"!\" and an alarm's name acknowledges it first. "
            + "Settings: --Gate:MacId=gate-01 and so on.")
        {
            code, status, home,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, stop) => RunAsync(
            new Invocation(
                parsed.GetValue(code), parsed.GetValue(status), parsed.GetValue(home), [.. parsed.UnmatchedTokens]),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        using var fileSize = FileSizeSignal.Catch();
        try
        {
            var settings = GateSettings.Read(invocation.Settings);
            return await new GateRunner(settings, TimeProvider.System, Console.Out, Console.Error)
                .RunAsync(invocation, Console.OpenStandardInput(), stop);
        }
        catch (Exception exception) when (StartupFailure.Describe(exception) is { } lines)
        {
            foreach (var line in lines)
            {
                await Console.Error.WriteLineAsync(line);
            }

            return 1;
        }
    }
}
