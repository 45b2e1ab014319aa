using System.CommandLine;
using System.Globalization;
using YiMaTong.AllInOne.Drill;
using YiMaTong.AllInOne.Walk;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.AllInOne;

/// <summary>What the user asked for on the command line.</summary>
/// <param name="RestPort">Port of REST and pages; 0 takes a free one.</param>
/// <param name="GrpcPort">Port of gRPC; 0 takes a free one.</param>
/// <param name="AdminPort">Port of health and metrics; 0 takes a free one.</param>
/// <param name="Data">Folder of everything that is kept.</param>
/// <param name="Once">Stop after the walk.</param>
/// <param name="Demo">Seed the demonstration city and walk the main job.</param>
internal sealed record Invocation(int RestPort, int GrpcPort, int AdminPort, string Data, bool Once, bool Demo)
{
    /// <summary>Reads the command line and does what it asks for.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Command().Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            // The host itself answers SIGTERM and SIGINT with a graceful stop and knows how long that may take.
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        }

        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync(error.Message);
        }

        return 1;
    }

    private static RootCommand Command()
    {
        var rest = Port("--rest-port", 8080, "Port of REST and pages; 0 takes a free one.");
        var grpc = Port("--grpc-port", 8081, "Port of gRPC (cleartext HTTP/2); 0 takes a free one.");
        var admin = Port("--admin-port", 8082, "Port of health and metrics; 0 takes a free one.");
        var data = new Option<string>("--data")
        {
            Description = "Folder of everything that is kept.",
            DefaultValueFactory = _ => "data",
        };
        var once =
            new Option<bool>("--once") { Description = "Stop after the walk: exit code 0 when it went well, else 1." };
        var noDemo =
            new Option<bool>("--no-demo") { Description = "Serve without demonstration data and without the walk." };
        var command = new RootCommand("YiMaTong (一码通): issuing and decode in one process, with a demonstration city.")
        {
            rest, grpc, admin, data, once, noDemo,
        };
        command.Subcommands.Add(Drill());
        command.SetAction((parsed, stop) => RunAsync(
            new Invocation(
                parsed.GetValue(rest), parsed.GetValue(grpc), parsed.GetValue(admin), parsed.GetValue(data)!,
                parsed.GetValue(once), !parsed.GetValue(noDemo)),
            stop));
        return command;
    }

    private static Command Drill()
    {
        var data = new Option<string>("--data")
        {
            Description = "Empty folder for everything that the drill makes.",
            DefaultValueFactory = _ => "drill-data",
        };
        var command = new Command(
            "drill", "The outage drill: kills issuing, decode and both, and counts what was served.")
        {
            data,
        };
        command.SetAction((parsed, stop) => GuardAsync(async () =>
        {
            var folder = new DataFolder(parsed.GetValue(data)!);
            folder.Prepare();
            using var drill = new DrillRun(folder, TimeProvider.System, Console.Out);
            return await drill.RunAsync(stop);
        }));
        return command;
    }

    private static Option<int> Port(string name, int port, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => port };
        option.Validators.Add(result =>
        {
            // What is no number at all is told by the parser.
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
                && value is < 0 or > 65535)
            {
                result.AddError($"{name} must be 0 to 65535 (is '{value}').");
            }
        });
        return option;
    }

    private static Task<int> RunAsync(Invocation invocation, CancellationToken stop) =>
        GuardAsync(() => AllInOneProcess.RunAsync(invocation, stop));

    private static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (WalkFailedException failure)
        {
            await Console.Error.WriteLineAsync($"The drill failed: {failure.Message}");
            return 1;
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
