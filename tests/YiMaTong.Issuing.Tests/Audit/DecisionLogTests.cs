using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using YiMaTong.Contracts.Audit.V1;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Issuing.Audit;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Audit;

/// <summary>Decision records over gRPC into a real database.</summary>
public sealed class DecisionLogTests(ITestOutputHelper output) : IAsyncLifetime
{
    private CitizenHost _host = null!;
    private GrpcChannel _channel = null!;
    private DecisionLogService.DecisionLogServiceClient _client = null!;
    private Metadata _headers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CitizenHost.StartAsync();
        _channel = GrpcChannel.ForAddress(_host.Services.GetRequiredService<BoundAddresses>().Grpc);
        _client = new(_channel);
        var file = _host.Services.GetRequiredService<IOptions<IssuingOptions>>().Value.FeedTokenFile;
        _headers = new() { { "authorization", $"Bearer {(await File.ReadAllTextAsync(file, Token)).Trim()}" } };
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Append_RunsThatOverlap_StoreEachRecordOnce()
    {
        Assert.Equal(1_000UL, (await Append(Run(1, 1_000))).StoredSequence);
        Assert.Equal(1_000UL, (await Append(Run(1, 1_000))).StoredSequence);
        Assert.Equal(1_207UL, (await Append(Run(701, 507))).StoredSequence);
        Assert.Equal(1_301UL, (await Append(Run(1_300, 2))).StoredSequence);

        var rows = await Read(db => db.Decisions.OrderBy(row => row.Sequence).ToListAsync(Token));
        Assert.Equal(
            [.. Enumerable.Range(1, 1_207).Select(number => (long)number), 1_300, 1_301],
            rows.Select(row => row.Sequence));
        foreach (var row in rows)
        {
            var sent = Record(row.Sequence);
            Assert.Equal(sent.AtMs, row.At.ToUnixTimeMilliseconds());
            Assert.Equal(sent.DecisionId.ToByteArray(), row.DecisionId);
            Assert.Equal((sent.MerchantId, sent.MacId, sent.SceneId), (row.MerchantId, row.MacId, row.SceneId));
            Assert.Equal((ulong?)sent.SubjectHandle, row.Handle);
            Assert.Equal((sent.Told, sent.Cause), ((uint)row.Told, (uint)row.Cause));
            Assert.Equal(((int)sent.Decision, (int)sent.CodeType), (row.Decision, row.CodeType));
            Assert.Equal((sent.Tags, (int)sent.Fields), (row.Tags, row.Fields));
            Assert.Equal((long)sent.DataRevision, row.DataRevision);
        }

        var journal = await Read(db => db.Journals.SingleAsync(Token));
        Assert.Equal(("node-1", 16), (journal.NodeId, journal.Journal.Length));
    }

    [Fact]
    public async Task Append_ManyAtOnce_StoresEachRecordOncePerJournal()
    {
        var runs = Enumerable.Range(0, 12).Select(i => Run(1 + (100 * (i % 3)), 300, journal: (byte)(i % 2)));
        await Task.WhenAll(runs.Select(Append));

        Assert.Equal(2, await Read(db => db.Journals.CountAsync(Token)));
        Assert.Equal(2 * 500, await Read(db => db.Decisions.CountAsync(Token)));
    }

    [Fact]
    public async Task Append_ALossAndNoDecision_AreKeptAsSuch()
    {
        var run = Run(1, 2);
        run.Records[0] = new() { AtMs = 9_000, Lost = new() { Count = 12, FromMs = 5_000, ToMs = 9_000 } };
        (run.Records[1].DecisionId, run.Records[1].SubjectHandle) = (ByteString.Empty, 0);
        await Append(run);

        var rows = await Read(db => db.Decisions.OrderBy(row => row.Sequence).ToListAsync(Token));
        Assert.Equal((12L, 5_000L), (rows[0].LostCount, rows[0].LostFrom!.Value.ToUnixTimeMilliseconds()));
        Assert.Equal((null, null, 0L), (rows[1].DecisionId, rows[1].Handle, rows[1].LostCount));
    }

    public static TheoryData<string, Action<AppendDecisionsRequest>> BadRuns => new()
    {
        { "node_id", run => run.NodeId = "" },
        { "node_id", run => run.NodeId = new string('n', 65) },
        { "journal_id", run => run.JournalId = ByteString.CopyFrom(new byte[15]) },
        { "first_sequence", run => run.FirstSequence = 0 },
        { "first_sequence", run => run.FirstSequence = ulong.MaxValue },
        { "records", run => run.Records.Clear() },
        { "records", run => run.Records.Add(Run(1, 1_000).Records) },
        { "a record", run => run.Records[0].DecisionId = ByteString.CopyFrom(new byte[17]) },
        { "a record", run => run.Records[0].MacId = new string('x', 256) },
        { "a record", run => run.Records[0].Told = uint.MaxValue },
        { "a record", run => run.Records[0].Lost = new() },
    };

    [Theory]
    [MemberData(nameof(BadRuns), DisableDiscoveryEnumeration = true)]
    public async Task Append_AFieldBeyondItsLimits_IsRefusedWhole(string field, Action<AppendDecisionsRequest> spoil)
    {
        var run = Run(1, 10);
        spoil(run);
        var failure = await Assert.ThrowsAsync<RpcException>(() => Append(run));

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.StartsWith(field, failure.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(0, await Read(db => db.Decisions.CountAsync(Token)));
    }

    [Fact]
    public async Task Append_WithoutTheToken_IsUnauthenticated()
    {
        _headers = new() { { "authorization", $"Bearer {CitizenHost.OperatorToken}" } };

        var failure = await Assert.ThrowsAsync<RpcException>(() => Append(Run(1, 1)));

        Assert.Equal(StatusCode.Unauthenticated, failure.StatusCode);
    }

    // A run costs one commit, whatever it holds. Against single records, for the disk and its neighbours differ, and
    // the quickest of several rounds of each, taken by turns: what is slow besides is other tests' work.
    [Fact]
    public async Task Append_FullRuns_StoreManyTimesWhatSingleRecordsDo()
    {
        const int Singles = 10;
        const int Rounds = 8;
        await Append(Run(1, 1_000, journal: 1));
        var (single, full) = (0d, 0d);
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            for (var number = 1; number <= Singles; number++)
            {
                await Append(Run((round * Singles) + number, 1, journal: 2));
            }

            single = Math.Max(single, Singles / clock.Elapsed.TotalSeconds);
            clock.Restart();
            await Append(Run(1 + (round * 1_000), 1_000, journal: 3));
            full = Math.Max(full, 1_000 / clock.Elapsed.TotalSeconds);
        }

        output.WriteLine($"{full:0} records a second in full runs, {single:0} one by one");
        Assert.True(full > 4 * single, $"{full:0} records a second in full runs, {single:0} one by one");
    }

    [Fact]
    public async Task Sweep_Decisions_GoesByTheirRetention()
    {
        var run = Run(1, 900);
        var now = _host.Time.GetUtcNow();
        for (var i = 0; i < run.Records.Count; i++)
        {
            run.Records[i].AtMs = now.AddDays(-180).AddMilliseconds(i - 400).ToUnixTimeMilliseconds();
        }

        await Append(run);
        await _host.Services.GetRequiredService<Housekeeping>().Sweep(Token);

        var left = await Read(db => db.Decisions.Select(row => row.Sequence).ToListAsync(Token));
        Assert.Equal(Enumerable.Range(401, 500).Select(number => (long)number), left.Order());
    }

    [Fact]
    public async Task GetDecision_RecordedTwice_TellsBothAndNothingOfTheCitizen()
    {
        await Append(Run(5, 1));
        await Append(Run(5, 1, journal: 8));
        var id = Convert.ToHexStringLower(Record(5).DecisionId.Span);

        var found = await _host.Get($"/api/v1/platform/decisions/{id}", CitizenHost.OperatorToken);
        var none = await _host.Get($"/api/v1/platform/decisions/{new string('0', 32)}", CitizenHost.OperatorToken);
        var bad = await _host.Get("/api/v1/platform/decisions/5", CitizenHost.OperatorToken);
        var stranger = await _host.Get($"/api/v1/platform/decisions/{id}");

        Assert.Equal(2, found["response"]!.AsArray().Count);
        Assert.Equal(
            """
            {"answeredAt":"2023-11-14T22:13:20.005Z","merchantId":"merchant-5","macId":"gate-5","sceneId":"scene-2",
            "told":"PY2007","cause":"PY2009","decision":"DECISION_DENY","dataRevision":5}
            """.ReplaceLineEndings(""),
            found["response"]![0]!.ToJsonString());
        Assert.Equal(("PY0000", 0), ((string?)none["code"], none["response"]!.AsArray().Count));
        Assert.Equal("PY1001 decisionId", $"{bad["code"]} {((string)bad["msg"]!).Split(": ")[^1]}");
        Assert.Equal("PY1002", (string?)stranger["code"]);
    }

    [Fact]
    public async Task Append_DatabaseOfDecisionsIsDamaged_LeavesTheRestServing()
    {
        using var folder = new TempDirectory();
        var noise = new byte[8192];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(folder.Combine("decisions.db"), noise, Token);
        await using var host = await CitizenHost.StartInAsync(folder);
        using var channel = GrpcChannel.ForAddress(host.Services.GetRequiredService<BoundAddresses>().Grpc);
        var file = host.Services.GetRequiredService<IOptions<IssuingOptions>>().Value.FeedTokenFile;
        _headers = new() { { "authorization", $"Bearer {(await File.ReadAllTextAsync(file, Token)).Trim()}" } };
        _client = new(channel);

        var failure = await Assert.ThrowsAsync<RpcException>(() => Append(Run(1, 1)));
        await host.PutChannel("app", "CHANNEL");

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Contains(
            "Issuing:Audit:Database", host.Logs.TextAt(LogLevel.Error), StringComparison.Ordinal);
        Assert.Equal(noise, await File.ReadAllBytesAsync(folder.Combine("decisions.db"), Token));
    }

    // Removed, moved away, or another file in its place: SQLite writes on into the old one, and what is acknowledged is
    // gone with it.
    [Theory]
    [InlineData("removed")]
    [InlineData("moved")]
    [InlineData("replaced")]
    public async Task Append_FileOfDecisionsLosesItsNameMeanwhile_KeepsWhatIsAcknowledged(string how)
    {
        await Append(Run(1, 100));
        var path = await Read(db => Task.FromResult(Path.GetFullPath(
            ((SqliteConnection)db.Database.GetDbConnection()).DataSource)));
        var aside = path + "-aside";
        if (how == "removed")
        {
            File.Delete(path);
        }
        else
        {
            File.Move(path, aside);
        }

        if (how == "replaced")
        {
            await File.WriteAllBytesAsync(path, [], Token);
        }

        // The node sends a run again until it is acknowledged.
        var stored = await AwaitUntil.Satisfies(
            async () => (await TryAppend(Run(101, 100)))?.StoredSequence ?? 0, sequence => sequence == 200,
            TimeSpan.FromSeconds(20), "the run is stored", cancellationToken: Token);

        Assert.Equal(200UL, stored);
        Assert.Contains("removed or replaced", _host.Logs.TextAt(LogLevel.Error), StringComparison.Ordinal);
        Assert.Equal(100, CountIn(path));
        Assert.Equal(how == "removed" ? 0 : 100, File.Exists(aside) ? CountIn(aside) : 0);
    }

    // By a connection of its own: what another process finds.
    private static long CountIn(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM decision";
        return (long)command.ExecuteScalar()!;
    }

    private async Task<AppendDecisionsResponse?> TryAppend(AppendDecisionsRequest run)
    {
        try
        {
            return await Append(run);
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Unavailable)
        {
            return null;
        }
    }

    private async Task<T> Read<T>(Func<DecisionDbContext, Task<T>> read)
    {
        await using var lease = await _host.Services.GetRequiredService<DecisionDatabase>().OpenAsync(Token);
        return await read(lease.Db);
    }

    private async Task<AppendDecisionsResponse> Append(AppendDecisionsRequest run) =>
        await _client.AppendDecisionsAsync(run, _headers, cancellationToken: Token);

    private static AppendDecisionsRequest Run(int first, int count, byte journal = 7) => new()
    {
        NodeId = "node-1",
        JournalId = ByteString.CopyFrom([.. Enumerable.Repeat(journal, 16)]),
        FirstSequence = (ulong)first,
        Records = { Enumerable.Range(first, count).Select(number => Record(number)) },
    };

    private static DecisionRecord Record(long number) => new()
    {
        AtMs = 1_700_000_000_000 + number,
        DecisionId = ByteString.CopyFrom([.. BitConverter.GetBytes(number), .. BitConverter.GetBytes(~number)]),
        MerchantId = $"merchant-{number % 7}",
        MacId = $"gate-{number % 11}",
        SceneId = $"scene-{number % 3}",
        SubjectHandle = 0xF000_0000_0000_0000 + (ulong)number,
        Told = 2007,
        Cause = 2009,
        Decision = Decision.Deny,
        CodeType = 3,
        Tags = 0x8000_0000_0000_0001,
        Fields = 5,
        DataRevision = (ulong)number,
    };
}
