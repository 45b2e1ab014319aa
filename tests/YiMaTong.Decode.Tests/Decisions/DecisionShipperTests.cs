using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using YiMaTong.Decode.Decisions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

public sealed class DecisionShipperTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly RecordingLogs _logs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ship_IssuingAnswersBadlyAtFirst_EveryRecordArrivesAndSegmentsGo()
    {
        const int Count = 30_000;
        await using var issuing = await FakeIssuing.Start();
        issuing.OnAnswer = (call, stored) => call switch
        {
            1 => throw new RpcException(new Status(StatusCode.Unavailable, "not now")),
            2 => stored - 1,
            3 => throw new InvalidOperationException("stored, and then the answer was lost"),
            _ => stored,
        };
        using var journal = TestJournal.Open(_folder.Combine("journal"));
        using var shipper = await Start(issuing.Address, journal);
        for (var number = 1; number <= Count; number++)
        {
            Assert.True(journal.Record(TestJournal.Entry(number)));
        }

        await AwaitUntil.Soon(() => issuing.Stored.Count == Count, "all records are at issuing");
        await shipper.StopAsync(Token);

        Assert.Equal(
            Enumerable.Range(1, Count).Select(number => (long)number),
            issuing.Stored.Values.Select(TestJournal.NumberOf).Order());
        Assert.Equal("Bearer the-token", issuing.LastAuthorization);
        Assert.Equal("node-1", issuing.LastNode);
        Assert.Single(_logs.Entries, entry => entry.Event == "ShippingInterrupted");
        Assert.Single(_logs.Entries, entry => entry.Event == "ShippingAgain");
        Assert.Single(System.IO.Directory.GetFiles(journal.Folder.Path, "*" + Segment.Extension));
    }

    [Fact]
    public async Task Ship_AfterARestart_SendsWhatIssuingDidNotAcknowledge()
    {
        const int Each = 2_500;
        var path = _folder.Combine("journal");
        for (var run = 0; run < 3; run++)
        {
            using var earlier = TestJournal.Open(path);
            for (var number = 1; number <= Each; number++)
            {
                Assert.True(earlier.Record(TestJournal.Entry((run * Each) + number)));
            }
        }

        await using var issuing = await FakeIssuing.Start();
        using (var journal = TestJournal.Open(path))
        using (var shipper = await Start(issuing.Address, journal))
        {
            await AwaitUntil.Soon(() => issuing.Stored.Count == 3 * Each, "all records are at issuing");
            await AwaitUntil.Soon(
                () => System.IO.Directory.GetFiles(path, "*" + Segment.Extension).Length == 0, "segments are deleted");
            await shipper.StopAsync(Token);
        }

        Assert.Equal(3, issuing.Stored.Keys.Select(key => key.Journal).Distinct().Count());
        Assert.Equal(3 * Each, issuing.Sent.Count);
        Assert.All(issuing.Sent.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task Ship_NobodyThere_WaitsAndSaysSoOnce()
    {
        using var journal = TestJournal.Open(_folder.Combine("journal"));
        journal.Record(TestJournal.Entry(1));
        using var shipper = await Start($"http://127.0.0.1:{FreePort.Take(1)[0]}", journal);

        await AwaitUntil.Soon(() => shipper.Interrupted && journal.Committed == 1, "shipping is interrupted");
        await shipper.StopAsync(Token);

        Assert.Single(_logs.Entries, entry => entry.Event == "ShippingInterrupted");
        Assert.Single(TestJournal.ReadAll(journal));
        Assert.Empty(_logs.Errors);
    }

    private async Task<DecisionShipper> Start(string address, DecisionJournal journal)
    {
        await File.WriteAllTextAsync(_folder.Combine("token"), "the-token\n", Token);
        var decode = new DecodeOptions();
        (decode.Feed.Address, decode.Feed.TokenFile) = (address, _folder.Combine("token"));
        (decode.Feed.BackoffMinMs, decode.Feed.BackoffMaxMs) = (10, 100);
        var shipper = new DecisionShipper(
            journal, Options.Create(TestJournal.OptionsIn("", options => options.ShipMs = 10)), Options.Create(decode),
            TimeProvider.System, new StartedLifetime(), new Logger<DecisionShipper>(_logs));
        await shipper.StartAsync(Token);
        return shipper;
    }

    private sealed class StartedLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new InvalidOperationException("nothing here stops the application");
    }
}
