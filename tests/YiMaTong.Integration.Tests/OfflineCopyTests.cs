using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate;
using YiMaTong.Gate.Offline;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>A gate's folder that was copied to another device, before issuing as its own process.</summary>
public sealed class OfflineCopyTests
{
    private const int Passengers = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_TwoDevicesWithOneFolder_CountsEachScanOnceAndNamesBoth()
    {
        using var folders = new TempDirectory();
        await using var services = new TwoServices();
        await services.StartIssuingAsync();
        var city = new City(services.Rest, services.Issuing, services.OperatorToken);
        var desk = new EmergencyDesk(services.Rest, services.Issuing, services.OperatorToken);
        await city.PutAppAsync();
        var devices = await city.PutGatesAsync("copied", singleUse: true, count: 2);
        var papers = new List<string>();
        for (var i = 0; i < Passengers; i++)
        {
            papers.Add(await desk.PaperAsync(await city.PutHolderAsync()));
        }

        await desk.DeclareAsync();
        var root = await desk.RootPemAsync();
        var issuing = services.IssuingAddress;
        await using (var gate = Open(devices[0], folders.Combine("one"), root, issuing))
        {
            await AwaitUntil.Holds(() => gate.Status().IsDeclared, Limit, "the declaration", Stop);
        }

        await using (var alone = Open(devices[0], folders.Combine("one"), root))
        {
            foreach (var paper in papers)
            {
                Assert.Equal("PY0000", (await alone.ScanAsync(paper, cancellation: Stop)).Code);
            }

            Assert.Equal("PY2009", (await alone.ScanAsync(papers[0], cancellation: Stop)).Code);
            Assert.Equal("PY1998", (await alone.ScanAsync("YM1ABC", cancellation: Stop)).Code);
        }

        Copy(folders.Combine("one"), folders.Combine("two"));
        await using (var one = Open(devices[0], folders.Combine("one"), root, issuing))
        await using (var two = Open(devices[1], folders.Combine("two"), root, issuing))
        {
            await AwaitUntil.Holds(
                () => one.Status().ScansWaiting + two.Status().ScansWaiting == 0, Limit, "all scans at home", Stop);
            Assert.Empty(one.Alarms.Standing.Concat(two.Alarms.Standing));
        }

        var report = await desk.ReportAsync();
        var scans = (ulong)Passengers + 2;
        Assert.Equal((scans, scans, 0ul, 0ul), (
            report.Total.Scans, report.Total.DoubleUploads, report.Total.DoubleUses, report.Total.Conflicts));
        Assert.Equal((ulong)Passengers, report.Total.Permits);
        Assert.Equal(
            [("PY1998", 1ul), ("PY2009", 1ul)], report.Total.Refusals.Select(refused => (refused.Told, refused.Count)));
        Assert.Empty(report.Gaps);
        var copy = Assert.Single(report.Copies);
        Assert.Equal(
            devices.Select(device => device.MacId).Order(), new[] { copy.MacId, copy.OtherMacId }.Order());
    }

    private static Gatekeeper Open(Target.Gate device, string folder, string root, params Uri[] issuing)
    {
        var online = new GateOptions
        {
            MerchantId = device.MerchantId,
            MacId = device.MacId,
            PrivateKeyPem = device.Key.ExportPkcs8PrivateKeyPem(),
            Nodes = { new Uri("http://127.0.0.1:9") },
        };
        var offline = new OfflineOptions
        {
            DataFolder = folder,
            Region = "330106",
            SceneKind = "a",
            Direction = Direction.Entry,
            RootKeysPem = { root },
            JournalWaitMs = 10_000,
        };
        foreach (var address in issuing)
        {
            offline.Issuing.Add(address);
        }

        return Gatekeeper.Open(online, offline, TimeProvider.System);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
