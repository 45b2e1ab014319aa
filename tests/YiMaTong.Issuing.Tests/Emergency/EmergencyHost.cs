using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Issuing.Tests.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>The whole issuing service with an app, and what a gate needs to follow it.</summary>
internal sealed class EmergencyHost : IAsyncDisposable
{
    public const string App = "app";

    private readonly TempDirectory _folder;
    private readonly bool _ownsFolder;
    private readonly GrpcChannel _channel;

    private EmergencyHost(TempDirectory folder, bool ownsFolder, CitizenHost inner)
    {
        (_folder, _ownsFolder, Inner) = (folder, ownsFolder, inner);
        _channel = GrpcChannel.ForAddress(inner.Services.GetRequiredService<BoundAddresses>().Grpc);
        Http = new HttpClient { BaseAddress = inner.Services.GetRequiredService<BoundAddresses>().Rest };
    }

    public CitizenHost Inner { get; }

    public HttpClient Http { get; }

    public EmergencyCodeService.EmergencyCodeServiceClient Codes => new(_channel);

    public TrustService.TrustServiceClient Trust => new(_channel);

    public OfflineScanService.OfflineScanServiceClient Uploads => new(_channel);

    public EmergencyKeyService.EmergencyKeyServiceClient Keys => new(_channel);

    public EmergencyService.EmergencyServiceClient Emergencies => new(_channel);

    public OfflineReportService.OfflineReportServiceClient Reports => new(_channel);

    public GrpcChannel Channel => _channel;

    public string Folder => _folder.Combine("emergency");

    public string Database => _folder.Combine("issuing.db");

    public uint Now => (uint)Inner.Time.GetUtcNow().ToUnixTimeSeconds();

    public static CallOptions Operator => new(
        new Metadata { { "authorization", $"Bearer {CitizenHost.OperatorToken}" } }, cancellationToken: Cancellation);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<EmergencyHost> StartAsync(params (string Key, string? Value)[] settings) =>
        StartInAsync(null, settings);

    public static Task<EmergencyHost> StartInAsync(
        TempDirectory? folder, params (string Key, string? Value)[] settings) => StartOnAsync(folder, null, settings);

    /// <summary>Starts on a disk that the test rules.</summary>
    public static async Task<EmergencyHost> StartOnAsync(
        TempDirectory? folder, TestDisk? disk, params (string Key, string? Value)[] settings)
    {
        var used = folder ?? new TempDirectory();
        PutFile put = disk is null ? EmergencyFolder.Put : disk.Put;
        var inner = await CitizenHost.StartInAsync(
            used,
            services => services.AddSingleton(put),
            [("Incidents:ProbeSeconds", "300"), .. settings]);
        var host = new EmergencyHost(used, folder is null, inner);
        await inner.PutChannel(App, "PLATFORM");
        return host;
    }

    /// <summary>A second goes by, the upkeep does its round, and the disk takes what it takes.</summary>
    public async Task Round(double seconds = 1)
    {
        Inner.Time.Advance(TimeSpan.FromSeconds(seconds));
        await Inner.Services.GetRequiredService<EmergencyKeeper>().RunRoundAsync(Cancellation);
        await Inner.Services.GetRequiredService<EmergencyDisk>().SettleAsync(Cancellation);
    }

    /// <summary>A citizen who claimed the code and consented to the app: session and access token.</summary>
    public async Task<(string Session, string Token)> Citizen(string? idNumber = null)
    {
        var (session, tokens) = await Inner.Tokens(App, idNumber ?? ResidentNumber.Next());
        return (session, (string)tokens["accessToken"]!);
    }

    public async Task<IssueEmergencyCodeResponse> Issue(string token, EcdsaSigner? phone = null) =>
        await Codes.IssueEmergencyCodeAsync(
            new IssueEmergencyCodeRequest
            {
                AccessToken = token,
                Form = phone is null ? EmergencyCodeForm.Static : EmergencyCodeForm.HolderBound,
                HolderKey = phone is null ? "" : Convert.ToBase64String(phone.CompressedPublicKey),
            },
            cancellationToken: Cancellation);

    /// <summary>Issues a code for a phone and shows it.</summary>
    public async Task<string> Show(string token, EcdsaSigner phone)
    {
        var answer = await Issue(token, phone);
        Assert.Equal("PY0000", answer.Code);
        return HolderProof.Show(Convert.FromBase64String(answer.Response.Token), phone, Now);
    }

    /// <summary>A gate that knows the root key alone.</summary>
    public async Task<GateTrust> Gate()
    {
        var gate = new GateTrust(await Http.GetStringAsync("/api/v1/emergency/root", Cancellation));
        await Update(gate);
        return gate;
    }

    public async Task Update(GateTrust gate)
    {
        var answer = await Trust.GetTrustAsync(
            new GetTrustRequest { Held = gate.Held() }, cancellationToken: Cancellation);
        gate.Take(answer.Update);
    }

    /// <summary>
    /// Revokes so many places at random that a delta is shorter than the list; a shorter list is sent whole.
    /// </summary>
    public void FillList()
    {
        var book = Inner.Services.GetRequiredService<StatusBook>();
        for (var i = 0; i < 500; i++)
        {
            book.Put(book.Take()!.Value, revoked: true);
        }
    }

    public async Task PutTag(string key, int number)
    {
        var answer = await new TagService.TagServiceClient(_channel).PutTagAsync(
            new PutTagRequest { Definition = Platform.Samples.Tag(key, number) }, Operator);
        Assert.Equal("PY0000", answer.Code);
    }

    public void TakeDatabaseAway()
    {
        TestStorage.ReleaseFiles(Database);
        File.Move(Database, Database + ".away");
        System.IO.Directory.CreateDirectory(Database);
    }

    public void BringDatabaseBack()
    {
        System.IO.Directory.Delete(Database);
        File.Move(Database + ".away", Database);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await Inner.DisposeAsync();
        SqliteConnection.ClearAllPools();
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }
}
