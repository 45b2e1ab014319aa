using System.Globalization;
using Grpc.Core;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Gate;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Offline;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>Gates bring home what they decided alone, to issuing as its own process.</summary>
public sealed class OfflineScanTests : IDisposable
{
    private const int Scans = 40;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Upload_OneJournalCopiedToOtherGates_CountsEachScanOnce()
    {
        await using var services = new TwoServices();
        await services.StartIssuingAsync();
        var city = new City(services.Rest, services.Issuing, services.OperatorToken);
        var gates = await city.PutGatesAsync("copied", singleUse: false, count: 2);
        var stranger = (await city.PutGatesAsync("stranger", singleUse: false, count: 1))[0];
        var root = await services.Rest.GetStringAsync("/api/v1/emergency/root", Stop);
        await using (var alone = Open(gates[0], "first", root, services, hasIssuing: false))
        {
            await alone.ProbedAsync(Stop);
            for (var i = 0; i < Scans; i++)
            {
                var answer = await alone.ScanAsync($"YM1{i:D57}", cancellation: Stop);
                Assert.Equal((true, "PY1998", true), (answer.Permits, answer.Code, answer.IsRecorded));
            }
        }

        foreach (var copy in new[] { "second", "third" })
        {
            Copy("first", copy);
        }

        // Two gates of the merchant at once; then one of another merchant, who may not.
        await using var one = Open(gates[0], "first", root, services, hasIssuing: true);
        await using var two = Open(gates[1], "second", root, services, hasIssuing: true);
        await AwaitUntil.Holds(
            () => one.Status().ScansWaiting == 0 && two.Status().ScansWaiting == 0, Limit, "all at home", Stop);
        await using var three = Open(stranger, "third", root, services, hasIssuing: true);
        await AwaitUntil.Holds(() => three.Alarms.Stands(GateAlarm.UploadRefused), Limit, "a refusal", Stop);
        Assert.Contains("PY1001", three.Alarms.Standing.Single().Text, StringComparison.Ordinal);

        // What that gate decides itself goes home all the same.
        await three.ProbedAsync(Stop);
        await three.ScanAsync("YM1", cancellation: Stop);
        await AwaitUntil.Satisfies(
            () => ReportAsync(services, stranger.MerchantId), report => report.Total?.Scans == 1, Limit, "the own scan",
            null, Stop);

        var report = await ReportAsync(services, gates[0].MerchantId);
        Assert.Equal(
            (Scans, Scans, 0, 0),
            ((int)report.Total.Scans, (int)report.Total.Permits, (int)report.Total.Conflicts, report.Gaps.Count));
        Assert.Equal(Scans, three.Status().ScansWaiting);
        Assert.Empty(one.Alarms.Standing.Concat(two.Alarms.Standing).Select(alarm => alarm.Text));
    }

    private static async Task<OfflineReport> ReportAsync(TwoServices services, string merchantId)
    {
        var now = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8));
        string Day(int days) => now.AddDays(days).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var answer = await new OfflineReportService.OfflineReportServiceClient(services.Issuing).GetOfflineReportAsync(
            new GetOfflineReportRequest { FromDay = Day(-1), ToDay = Day(0), MerchantId = merchantId },
            new Metadata { { "authorization", $"Bearer {services.OperatorToken}" } },
            cancellationToken: Stop);
        Assert.Equal("PY0000", answer.Code);
        return answer.Response;
    }

    private Gatekeeper Open(Target.Gate device, string folder, string root, TwoServices services, bool hasIssuing)
    {
        var online = new GateOptions
        {
            MerchantId = device.MerchantId,
            MacId = device.MacId,
            PrivateKeyPem = device.Key.ExportPkcs8PrivateKeyPem(),
        };
        online.Nodes.Add(services.Nodes[0]);
        var offline = new OfflineOptions
        {
            DataFolder = _folder.Combine(folder),
            Region = "330106",
            SceneKind = "a",
            Direction = Direction.Exit,
            RootKeysPem = { root },
            JournalWaitMs = 10_000,
        };
        if (hasIssuing)
        {
            offline.Issuing.Add(new Uri($"http://{services.Issuing.Target}"));
        }

        return Gatekeeper.Open(online, offline, TimeProvider.System);
    }

    private void Copy(string from, string to)
    {
        var journal = Directory.CreateDirectory(_folder.Combine(to, "journal"));
        foreach (var file in Directory.EnumerateFiles(_folder.Combine(from, "journal")))
        {
            File.Copy(file, Path.Combine(journal.FullName, Path.GetFileName(file)));
        }
    }
}
