using System.Globalization;
using System.Security.Cryptography;
using YiMaTong.AllInOne.Demo;

namespace YiMaTong.AllInOne.Drill;

/// <summary>
/// Issuing and a decode node, each a process of its own on loopback. They must be found again at the same place after
/// each kill, so they listen on addresses of 127.0.0.0/8 that are drawn for this drill and that nobody else uses.
/// </summary>
internal sealed class DrillServices : IDisposable
{
    private const int RestPort = 8080, GrpcPort = 8081, AdminPort = 8082;

    private readonly string _issuing = Draw();
    private readonly string _decode = Draw();

    public DrillServices(DataFolder folder)
    {
        var logs = Path.Combine(folder.Root, "logs");
        System.IO.Directory.CreateDirectory(logs);
        Issuing = new(
            "YiMaTong.Issuing", Path.Combine(logs, "issuing.log"), IssuingSettings(folder), At(_issuing, AdminPort));
        Decode = new(
            "YiMaTong.Decode", Path.Combine(logs, "decode.log"), DecodeSettings(folder), At(_decode, AdminPort));
    }

    public ServiceProcess Issuing { get; }

    public ServiceProcess Decode { get; }

    /// <summary>Where issuing speaks REST.</summary>
    public Uri IssuingRest => At(_issuing, RestPort);

    /// <summary>Where issuing speaks gRPC.</summary>
    public Uri IssuingGrpc => At(_issuing, GrpcPort);

    /// <summary>Where gates reach the decode node.</summary>
    public Uri DecodeGrpc => At(_decode, GrpcPort);

    /// <inheritdoc />
    public void Dispose()
    {
        Decode.Dispose();
        Issuing.Dispose();
    }

    private Dictionary<string, string> IssuingSettings(DataFolder folder) => new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Listeners:Address"] = _issuing,
        ["Listeners:RestPort"] = Text(RestPort),
        ["Listeners:GrpcPort"] = Text(GrpcPort),
        ["Listeners:AdminPort"] = Text(AdminPort),
        ["Issuing:Database"] = folder.Database,
        ["Issuing:SealKeyFile"] = folder.SealKey,
        ["Issuing:FeedTokenFile"] = folder.FeedToken,
        ["Issuing:OperatorTokenFile"] = folder.OperatorToken,
        ["Issuing:CreateMissingKeys"] = "true",
        ["Issuing:Demonstration"] = "true",
        ["Issuing:RealName:Mode"] = "simulated",
        ["Issuing:OAuth:Issuer"] = IssuingRest.ToString(),
        ["Issuing:OAuth:KeyFile"] = folder.OAuthKeys,
        ["Issuing:OAuth:AllowHttp"] = "true",
        ["Issuing:Emergency:Folder"] = folder.Emergency,
        ["Issuing:Emergency:Region"] = CityPlan.Region,
        ["Incidents:DecodeNodes:0"] = At(_decode, AdminPort).ToString(),
        ["Incidents:ProbeSeconds"] = "1",
        ["Incidents:FailuresToOpen"] = "2",
        ["Incidents:OpenAfterSeconds"] = "1",
        ["Incidents:SuccessesToClose"] = "2",
        ["Incidents:CacheSeconds"] = "0",
    };

    private Dictionary<string, string> DecodeSettings(DataFolder folder) => new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Listeners:Address"] = _decode,
        ["Listeners:RestPort"] = Text(RestPort),
        ["Listeners:GrpcPort"] = Text(GrpcPort),
        ["Listeners:AdminPort"] = Text(AdminPort),
        ["Decode:Feed:Address"] = IssuingGrpc.ToString(),
        ["Decode:Feed:TokenFile"] = folder.FeedToken,
        ["Decode:Feed:BackoffMaxMs"] = "500",
        // Every answer is to be found again, also those of the last milliseconds before a kill.
        ["Decode:Decisions:Mode"] = "durable",
        // Everything shares this machine's cores, and services start while gates are busy.
        ["Decode:Load:TargetDelayMs"] = "1000",
        ["Directory:Folder"] = folder.Directory,
        ["Directory:MemoryMiB"] = "16",
        ["Directory:ExpectedSubjects"] = "1000",
    };

    private static Uri At(string address, int port) => new($"http://{address}:{port}");

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static string Draw()
    {
        var drawn = RandomNumberGenerator.GetBytes(3);
        return string.Create(
            CultureInfo.InvariantCulture, $"127.{1 + (drawn[0] % 254)}.{drawn[1]}.{2 + (drawn[2] % 253)}");
    }
}
