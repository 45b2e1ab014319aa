using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Codes.Storage;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Storage;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Issuing.Tests.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Incidents;

/// <summary>
/// The whole issuing service with a database that can be taken away and brought back. Rounds of the watch are run by
/// hand; its timer is set so slow that it keeps out of the way.
/// </summary>
internal sealed class IncidentHost : IAsyncDisposable
{
    private const string Platform = "/api/v1/platform/incidents";

    private readonly TempDirectory _folder;
    private readonly bool _ownsFolder;
    private readonly HttpClient _http;

    private IncidentHost(TempDirectory folder, bool ownsFolder, CitizenHost inner)
    {
        (_folder, _ownsFolder, Inner) = (folder, ownsFolder, inner);
        _http = new HttpClient { BaseAddress = inner.Services.GetRequiredService<BoundAddresses>().Rest };
    }

    public CitizenHost Inner { get; }

    public IncidentBoard Board => Inner.Services.GetRequiredService<IncidentBoard>();

    public FieldSealer Sealer => Inner.Services.GetRequiredService<FieldSealer>();

    private string Database => _folder.Combine("issuing.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<IncidentHost> StartAsync(params (string Key, string? Value)[] settings) =>
        StartInAsync(null, settings);

    public static Task<IncidentHost> StartInAsync(
        TempDirectory? folder, params (string Key, string? Value)[] settings) =>
        StartOnAsync(folder, DurableFolder.Sync, settings);

    /// <summary>Starts with another way to sync the folder of incidents.json.</summary>
    public static async Task<IncidentHost> StartOnAsync(
        TempDirectory? folder, SyncFolder sync, params (string Key, string? Value)[] settings)
    {
        var used = folder ?? new TempDirectory();
        (string Key, string? Value) slow = ("Incidents:ProbeSeconds", "300");
        var inner = await CitizenHost.StartInAsync(
            used,
            services => services.AddSingleton(sync),
            settings.Any(setting => setting.Key == slow.Key) ? settings : [slow, .. settings]);
        return new IncidentHost(used, folder is null, inner);
    }

    public Task<JsonNode> Declare(string id, object? form = null) =>
        Inner.Post($"{Platform}/{id}", form ?? new { }, CitizenHost.OperatorToken, HttpMethod.Put);

    public Task<JsonNode> Close(string id) =>
        Inner.Post($"{Platform}/{id}/close", new { }, CitizenHost.OperatorToken);

    public async Task<JsonArray> List() =>
        (await Inner.Get(Platform, CitizenHost.OperatorToken))["response"]!.AsArray();

    public async Task<JsonArray> Notices() => (await Inner.Get("/api/v1/notices"))["response"]!.AsArray();

    public Task<HttpResponseMessage> GetNotices(string? knownTag = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/notices");
        if (knownTag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        }

        return _http.SendAsync(request, Cancellation);
    }

    public Task<HttpResponseMessage> PostRaw(string path, string json) => _http.PostAsync(
        path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"), Cancellation);

    /// <summary>Rounds of the watch, five seconds apart, each kept where disk and database take it.</summary>
    public async Task Look(int rounds = 1)
    {
        for (var round = 0; round < rounds; round++)
        {
            Inner.Time.Advance(TimeSpan.FromSeconds(5));
            await Inner.Services.GetRequiredService<IncidentWatch>().RunRoundAsync(Cancellation);
            await Inner.Services.GetRequiredService<IncidentStore>().SaveAsync(Cancellation);
        }
    }

    /// <summary>Takes the database away: whoever opens it from now on finds a directory in its place.</summary>
    public void TakeDatabaseAway()
    {
        TestStorage.ReleaseFiles(Database);
        File.Move(Database, Database + ".away");
        Directory.CreateDirectory(Database);
    }

    public void BringDatabaseBack()
    {
        Directory.Delete(Database);
        File.Move(Database + ".away", Database);
    }

    /// <summary>Makes the file beside the database impossible to write.</summary>
    public void BlockFile() => Directory.CreateDirectory(_folder.Combine("incidents.json.new"));

    public void FreeFile() => Directory.Delete(_folder.Combine("incidents.json.new"));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Inner.DisposeAsync();
        SqliteConnection.ClearAllPools();
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }
}
