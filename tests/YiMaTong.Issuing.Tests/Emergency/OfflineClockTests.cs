using CsCheck;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Emergency;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Emergency;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>Gates whose clock was wrong while they were alone, and right when the line came back.</summary>
public sealed class OfflineClockTests
{
    private const long HourMs = 3_600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1970-01-01T00:00:05Z")]
    [InlineData("2000-01-01T00:00:00Z")]
    [InlineData("2026-02-28T18:00:00Z")]
    [InlineData("2026-03-01T12:00:00Z")]
    [InlineData("2038-01-19T03:14:07Z")]
    public async Task Upload_ClockWasWrongInThisRun_IsFiledAndJudgedWhenItWas(string clock)
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        var (session, token) = await host.Citizen();
        var trust = await host.Gate();
        Assert.Equal(
            EmergencyStatus.Valid, trust.Verify((await host.Issue(token)).Response.Text, host.Now, out var paper));
        var online = await host.Inner.Post("/api/v1/qrcode/generate", new { accessToken = token, isImage = "0" });
        var began = host.Inner.Time.GetUtcNow();
        var wrongMs = DateTimeOffset.Parse(clock, null).ToUnixTimeMilliseconds();
        var unopened = gate.Scan("online");
        unopened.UnopenedCode = (string)online["response"]!["qrcode"]!;
        OfflineScan[] scans =
            [unopened, gate.Scan("before", paper), await Revoked(), gate.Scan("nothing")];
        for (var i = 0; i < scans.Length; i++)
        {
            (scans[i].AtMs, scans[i].RunMs) = (wrongMs + RunMs(i), 1 + RunMs(i));
        }

        // The line comes back after midnight, and with it the right time.
        host.Inner.Time.Advance(began.AddHours(20) - host.Inner.Time.GetUtcNow());
        var run = gate.Run(1, scans);
        run.RunMs = 1 + (20 * HourMs);
        Assert.Equal("PY0000", (await gate.Upload(run)).Code);

        var total = (await Report(host, "20260301")).Total;
        Assert.Equal((4ul, 4ul), (total.Scans, total.Skewed));
        Assert.Equal((ulong)Math.Abs(began.ToUnixTimeMilliseconds() - wrongMs), total.SkewMsMax);
        Assert.Equal((1ul, 0ul, 1ul), (total.Genuine, total.NotGenuine, total.RevokedMeanwhile));
        Assert.Empty((await Report(host, "20260302")).Days);

        async Task<OfflineScan> Revoked()
        {
            // The citizen voids all codes a while after the first scans, and shows the paper two hours after them.
            await Revoke(host, session);
            return gate.Scan("after", paper);
        }

        static long RunMs(int i) => i < 2 ? 0 : 2 * HourMs;
    }

    [Theory]
    [InlineData("1970-01-01T00:00:05Z")]
    [InlineData("2000-01-01T00:00:00Z")]
    [InlineData("2038-01-19T03:14:07Z")]
    public async Task Upload_ClockWasWrongInAnEarlierRun_IsFiledUnderTheArrivalAndAccusesNobody(string clock)
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        var (session, token) = await host.Citizen();
        var trust = await host.Gate();
        Assert.Equal(
            EmergencyStatus.Valid, trust.Verify((await host.Issue(token)).Response.Text, host.Now, out var paper));
        var online = await host.Inner.Post("/api/v1/qrcode/generate", new { accessToken = token, isImage = "0" });
        var unopened = gate.Scan("online");
        unopened.UnopenedCode = (string)online["response"]!["qrcode"]!;
        var forged = gate.Scan("forged");
        forged.UnopenedCode = "YM1" + new string('A', 57);
        OfflineScan[] scans = [unopened, gate.Scan("paper", paper), forged];
        foreach (var scan in scans)
        {
            (scan.AtMs, scan.RunMs) = (DateTimeOffset.Parse(clock, null).ToUnixTimeMilliseconds(), 5);
        }

        await Revoke(host, session);
        host.Inner.Time.Advance(TimeSpan.FromHours(19));
        Assert.Equal("PY0000", (await gate.Upload(1, scans)).Code);

        Assert.Empty((await Report(host, "20260301")).Days);
        var total = (await Report(host, "20260302")).Total;
        Assert.Equal((3ul, 3ul, 2ul), (total.Scans, total.Skewed, total.Unverified));
        Assert.Equal((0ul, 1ul, 0ul), (total.Genuine, total.NotGenuine, total.RevokedMeanwhile));
    }

    [Fact]
    public async Task Report_ClocksWrongByHours_TakesTheFirstUseForRight()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var ahead = await OfflineUploader.Register(host);
        using var sound = await OfflineUploader.Register(host, "hz-park", "gate-2");
        var (_, token) = await host.Citizen();
        var trust = await host.Gate();
        Assert.Equal(
            EmergencyStatus.Valid, trust.Verify((await host.Issue(token)).Response.Text, host.Now, out var paper));
        var first = ahead.Scan("first", paper);
        (first.AtMs, first.RunMs) = (first.AtMs + (5 * HourMs), 1);
        host.Inner.Time.Advance(TimeSpan.FromMinutes(1));

        await sound.Upload(1, sound.Scan("copy", paper));
        var run = ahead.Run(1, first);
        run.RunMs = 60_001;
        await ahead.Upload(run);

        var report = await Report(host, "20260301");
        Assert.Equal(["hz-bus 0", "hz-park 1"], report.Days.Select(day => $"{day.MerchantId} {day.DoubleUses}"));
        Assert.Equal((1ul, 5ul * HourMs), (report.Total.Skewed, report.Total.SkewMsMax));
    }

    [Fact]
    public async Task Keep_WhateverTheGatesClockSaid_IsRetentionFromTheArrival()
    {
        await using var host = await EmergencyHost.StartAsync(("Issuing:Audit:RetentionDays", "2"));
        using var gate = await OfflineUploader.Register(host);
        using var again = await OfflineUploader.Register(host, "hz-park", "gate-2");
        var scans = new[] { 5_000, 946_684_800_000, 2_147_483_647_000, long.MaxValue }.Select(
            (ms, i) =>
            {
                var scan = gate.Scan($"s{i}");
                scan.AtMs = ms == long.MaxValue ? scan.AtMs - (47 * HourMs) : ms;
                return scan;
            }).ToArray();
        Assert.Equal("PY0000", (await gate.Upload(1, scans)).Code);

        await DaysGoBy(1);
        await again.Upload(1, again.Scan("later"));
        await DaysGoBy(1);
        Assert.Equal((5, 2), (await Scans(host), await Journals(host)));

        await DaysGoBy(1);
        Assert.Equal((1, 1), (await Scans(host), await Journals(host)));
        await DaysGoBy(1);
        Assert.Equal((0, 0), (await Scans(host), await Journals(host)));
        Assert.Equal(("PY0000", 1ul), await Home(gate));

        async Task DaysGoBy(int days)
        {
            for (var half = 0; half < 48 * days; half++)
            {
                await host.Round(1_800);
            }
        }
    }

    [Fact]
    public void Of_AnyRun_IsWithinWhatIsKept()
    {
        var arrival = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var any = Gen.Long[0, 253_402_214_399_999];
        Gen.Select(any, any, any, any).Sample((runMs, gateMs, scanMs, atMs) =>
        {
            var run = new OfflineScanRun { RunMs = runMs, GateTimeMs = gateMs };
            var time = new OfflineClock(run, arrival, TimeSpan.FromDays(180))
                .Of(new OfflineScan { RunMs = scanMs, AtMs = atMs });
            Assert.InRange(time.At, arrival.AddDays(-180), arrival.AddSeconds(300));
            Assert.True(time.IsKnown || time.At == arrival);
        });
    }

    private static async Task Revoke(EmergencyHost host, string session)
    {
        host.Inner.Time.Advance(TimeSpan.FromMinutes(20));
        var answer = await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
        Assert.Equal("PY0000", (string?)answer["code"]);
        await host.Round(5);
    }

    private static Task<int> Scans(EmergencyHost host) =>
        host.Inner.Read(db => db.OfflineScans.CountAsync(Cancellation));

    private static Task<int> Journals(EmergencyHost host) =>
        host.Inner.Read(db => db.OfflineJournals.CountAsync(Cancellation));

    private static async Task<(string Code, ulong Stored)> Home(OfflineUploader gate)
    {
        var answer = await gate.Upload(1, gate.Scan("afterwards"));
        return (answer.Code, answer.StoredSequence);
    }

    private static async Task<OfflineReport> Report(EmergencyHost host, string day)
    {
        var answer = await host.Reports.GetOfflineReportAsync(
            new GetOfflineReportRequest { FromDay = day }, EmergencyHost.Operator);
        Assert.Equal("PY0000", answer.Code);
        return answer.Response;
    }
}
