using YiMaTong.AllInOne.Demo;
using YiMaTong.AllInOne.Walk;
using YiMaTong.Decode;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing;

namespace YiMaTong.AllInOne;

/// <summary>Both services in one process, the demonstration, the walk.</summary>
internal static class AllInOneProcess
{
    /// <summary>Runs until stopped, or with <c>--once</c> until the walk is over.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Invocation invocation, CancellationToken stop)
    {
        var folder = new DataFolder(invocation.Data);
        folder.Prepare();
        using var fileSize = FileSizeSignal.Catch();
        using var ports = new HeldPorts();
        await using var app = Build(invocation, folder, ports);
        await app.StartAsync(stop);
        var addresses = app.Services.GetRequiredService<BoundAddresses>();
        await Console.Out.WriteLineAsync(
            $"REST {addresses.Rest}  gRPC {addresses.Grpc}  admin {addresses.Admin}  data {folder.Root}");
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        bool walked;
        try
        {
            walked = !invocation.Demo || await WalkAsync(app, folder, addresses, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop in the middle: the next start goes on from here.
            await app.WaitForShutdownAsync(CancellationToken.None);
            return 0;
        }

        if (walked)
        {
            await Console.Out.WriteLineAsync("ready");
        }

        if (walked && !invocation.Once)
        {
            await app.WaitForShutdownAsync(stop);
            return await BackgroundFailures.ReportAsync(app.Services, Console.Error) ? 0 : 1;
        }

        await app.StopAsync(CancellationToken.None);
        return walked ? 0 : 1;
    }

    private static async Task<bool> WalkAsync(
        WebApplication app, DataFolder folder, BoundAddresses addresses, CancellationToken stop)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        using var city = await DemoCity.OpenAsync(
            folder, addresses.Grpc, CityPlan.Citizens, time, Console.Out, stop);
        var walk = new MainJob(city, addresses, time, Console.Out);
        try
        {
            using var rest = new HttpClient { BaseAddress = addresses.Rest };
            var root = await rest.GetStringAsync("/api/v1/emergency/root", stop);
            await DemoFile.WriteAsync(folder, await walk.RunAsync(stop), city, root);
            return true;
        }
        catch (WalkFailedException failure)
        {
            await Console.Error.WriteLineAsync($"The walk failed: {failure.Message}");
            return false;
        }
    }

    private static WebApplication Build(Invocation invocation, DataFolder folder, HeldPorts ports)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = ports.Listen);
        builder.Configuration.AddInMemoryCollection(Defaults(invocation, folder, ports));
        builder.Configuration.AddEnvironmentVariables("YIMATONG_");
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.AddYiMaTongHosting();
        builder.Services.AddIssuing(builder.Configuration);
        builder.Services.AddDecode(builder.Configuration);
        var app = builder.Build();
        app.UseYiMaTongHosting();
        app.MapIssuing();
        app.MapDecode();
        return app;
    }

    private static Dictionary<string, string?> Defaults(Invocation invocation, DataFolder folder, HeldPorts ports)
    {
        var rest = ports.Take(invocation.RestPort);
        var grpc = ports.Take(invocation.GrpcPort);
        var admin = ports.Take(invocation.AdminPort);
        return new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Warning",
            ["Listeners:RestPort"] = rest,
            ["Listeners:GrpcPort"] = grpc,
            ["Listeners:AdminPort"] = admin,
            ["Listeners:Reflection"] = "true",
            ["Issuing:Database"] = folder.Database,
            ["Issuing:SealKeyFile"] = folder.SealKey,
            ["Issuing:FeedTokenFile"] = folder.FeedToken,
            ["Issuing:OperatorTokenFile"] = folder.OperatorToken,
            ["Issuing:CreateMissingKeys"] = "true",
            ["Issuing:Demonstration"] = invocation.Demo ? "true" : "false",
            ["Issuing:RealName:Mode"] = invocation.Demo ? "simulated" : "none",
            ["Issuing:OAuth:Issuer"] = $"http://127.0.0.1:{rest}/",
            ["Issuing:OAuth:KeyFile"] = folder.OAuthKeys,
            ["Issuing:OAuth:AllowHttp"] = "true",
            // The demonstration city is Hangzhou; elsewhere a position is outside the service area (PY1009).
            ["Issuing:ServiceArea:MinLatitude"] = "29",
            ["Issuing:ServiceArea:MaxLatitude"] = "31",
            ["Issuing:ServiceArea:MinLongitude"] = "118",
            ["Issuing:ServiceArea:MaxLongitude"] = "121",
            ["Incidents:DecodeNodes:0"] = $"http://127.0.0.1:{admin}/",
            ["Issuing:Emergency:Folder"] = folder.Emergency,
            ["Issuing:Emergency:Region"] = CityPlan.Region,
            ["Incidents:Sms:Mode"] = invocation.Demo ? "file" : "none",
            ["Incidents:Sms:OutboxFile"] = folder.SmsOutbox,
            // Issuing waits for its disk on the threads whose queue decode watches.
            ["Decode:Load:TargetDelayMs"] = "1000",
            ["Decode:Feed:Address"] = $"http://127.0.0.1:{grpc}",
            ["Decode:Feed:TokenFile"] = folder.FeedToken,
            ["Directory:Folder"] = folder.Directory,
            ["Directory:MemoryMiB"] = "64",
            ["Directory:ExpectedSubjects"] = "100000",
        };
    }
}
