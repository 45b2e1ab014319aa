using System.Diagnostics;
using System.Globalization;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>
/// A gate on the real clock without any network: two seconds, or ten minutes with YIMATONG_LONG=1. The day is in
/// <see cref="OutageDayTests"/>, on a simulated clock.
/// </summary>
public sealed class OutageMinutesTests : IDisposable
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";
    private static readonly TimeSpan Lasts = IsLong ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenScans = TimeSpan.FromMilliseconds(50);

    private readonly TempDirectory _folder = new();
    private readonly TrustWorld _trust = new(DateTimeOffset.UtcNow);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Minutes_WithoutAnyNetwork_EachShowingIsVerifiedAndCountsOnce()
    {
        Synchronise();
        await using var gate = Gatekeeper.Open(GateWorld.Online(), Options(), TimeProvider.System);
        await gate.ProbedAsync(Stop);
        Assert.Equal("PY2014", (await gate.ScanAsync(Shown(0), cancellation: Stop)).Code);
        await AwaitUntil.Holds(() => gate.Status().IsCutOff, TimeSpan.FromSeconds(60), "the cut-off", Stop);
        var took = new List<double>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Lasts)
        {
            var shown = Shown(took.Count);
            var scanned = Stopwatch.GetTimestamp();
            var answer = await gate.ScanAsync(shown, cancellation: Stop);
            took.Add(Stopwatch.GetElapsedTime(scanned).TotalMilliseconds);
            Assert.Equal(("PY0000", true, true), (answer.Code, answer.Permits, answer.IsRecorded));
            if (took.Count % 20 == 0)
            {
                Assert.Equal("PY2009", (await gate.ScanAsync(shown, cancellation: Stop)).Code);
                Assert.Equal("PY1998", (await gate.ScanAsync("YM1ABC", cancellation: Stop)).Code);
            }

            await Task.Delay(BetweenScans, Stop);
        }

        var status = gate.Status();
        Assert.Equal(0, status.ScansLost);
        Assert.Equal(took.Count, status.UsedCodes);
        took.Sort();
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{Lasts.TotalSeconds:0} s (600 with YIMATONG_LONG=1): {took.Count} showings, "
            + $"median {took[took.Count / 2]:F2} ms, p99 {took[^(took.Count / 100 + 1)]:F2} ms, "
            + $"slowest {took[^1]:F1} ms, trust {status.TrustAge?.TotalSeconds:F0} s old"));
    }

    private void Synchronise() => new Trust.TrustStore(
        _folder.Combine("trust"),
        Trust.RootKeys.Read([_trust.RootPem]),
        new Codes.Emergency.EmergencyPolicy { Region = new(330106) },
        new Alarms.GateAlarms(TimeProvider.System),
        TimeProvider.System).Apply(_trust.Update());

    private Offline.OfflineOptions Options() => new()
    {
        DataFolder = _folder.Path,
        Region = "330106",
        SceneKind = "a",
        Direction = Direction.Entry,
        RootKeysPem = { _trust.RootPem },
        CutOffSeconds = 5,
        ProbeSeconds = 1,
        JournalWaitMs = 10_000,
    };

    // Each by another citizen's token, which a phone fetched before.
    private string Shown(int i) => _trust.Shown(_trust.Token(i % TrustWorld.ListSize), DateTimeOffset.UtcNow);
}
