using CsCheck;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Issuing.Tests.Platform;

namespace YiMaTong.Issuing.Tests.Emergency;

public sealed class OfflineTests
{
    [Fact]
    public async Task Upload_SentAgainAndOutOfOrder_IsStoredOnce()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        var first = gate.Sign(gate.Run(1, gate.Scan("s1"), gate.Scan("s2")).ToByteString());
        var third = gate.Run(5, gate.Scan("s5"), gate.Scan("s6"));

        Assert.Equal(("PY0000", 2ul), Answer(await gate.Send(first)));
        Assert.Equal(("PY0000", 2ul), Answer(await gate.Send(first)));
        Assert.Equal(("PY0000", 2ul), Answer(await gate.Upload(third)));
        Assert.Equal((6ul, 2ul), Gap(await Report(host)));
        Assert.Equal(("PY0000", 6ul), Answer(await gate.Upload(2, gate.Scan("s2"), gate.Scan("s3"), gate.Scan("s4"))));
        Assert.Equal(("PY0000", 6ul), Answer(await gate.Upload(third)));

        var report = await Report(host);
        Assert.Empty(report.Gaps);
        Assert.Empty(report.Copies);
        Assert.Equal(
            (6ul, 0ul, 0ul), (report.Total.Scans, report.Total.Conflicts, report.Total.DoubleUploads));
    }

    [Fact]
    public async Task Upload_TwoGatesSendOneJournal_CountsItOnceAndAnotherMerchantMayNot()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var one = await OfflineUploader.Register(host);
        using var two = await OfflineUploader.Register(host, macId: "gate-2");
        using var stranger = await OfflineUploader.Register(host, "hz-park", "gate-3");
        (two.JournalId, stranger.JournalId) = (one.JournalId, one.JournalId);
        var scans = new[] { one.Scan("s1"), one.Scan("s2") };

        await one.Upload(1, scans);
        var second = await two.Upload(1, scans);
        var refused = await stranger.Upload(1, scans);

        Assert.Equal(("PY0000", 2ul), Answer(second));
        Assert.Equal("参数缺失或格式错误: payload.journalId", refused.Msg);
        var report = await Report(host);
        Assert.Equal((2ul, 2ul), (report.Total.Scans, report.Total.DoubleUploads));
        var copy = Assert.Single(report.Copies);
        Assert.Equal(
            (Convert.ToHexStringLower(one.JournalId.Span), one.MerchantId, one.MacId, two.MacId),
            (copy.JournalId, copy.MerchantId, copy.MacId, copy.OtherMacId));
    }

    [Fact]
    public async Task Upload_FolderMovesToANewDevice_IsNamedAndNothingIsDouble()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var old = await OfflineUploader.Register(host);
        using var next = await OfflineUploader.Register(host, macId: "gate-2");
        next.JournalId = old.JournalId;

        await old.Upload(1, old.Scan("s1"), old.Scan("s2"));
        await next.Upload(3, next.Scan("s3"));

        var report = await Report(host);
        Assert.Equal((3ul, 0ul), (report.Total.Scans, report.Total.DoubleUploads));
        Assert.Equal((old.MacId, next.MacId), (report.Copies.Single().MacId, report.Copies.Single().OtherMacId));
    }

    [Fact]
    public async Task Upload_CopyComesFirst_CountsWhatBothSent()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var one = await OfflineUploader.Register(host);
        using var two = await OfflineUploader.Register(host, macId: "gate-2");
        two.JournalId = one.JournalId;
        var scans = new[] { one.Scan("s1"), one.Scan("s2"), one.Scan("s3") };

        await one.Upload(1, scans[0]);
        await two.Upload(1, scans);
        await two.Upload(1, scans);
        await one.Upload(2, scans[1]);

        var report = await Report(host);
        Assert.Equal((3ul, 2ul), (report.Total.Scans, report.Total.DoubleUploads));
    }

    [Fact]
    public async Task Upload_OtherScanUnderOneSequence_LosesNeither()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);

        await gate.Upload(1, gate.Scan("s1"), gate.Scan("s2"));
        await gate.Upload(2, gate.Scan("other"));

        var total = (await Report(host)).Total;
        Assert.Equal((3ul, 2ul), (total.Scans, total.Conflicts));
    }

    [Fact]
    public async Task Upload_WhoMayNot_IsToldWhy()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        var good = gate.Sign(gate.Run(1, gate.Scan("s1")).ToByteString());

        Assert.Equal("PY2001", (await gate.Send(Altered(request => request.MerchantId = "nobody"))).Code);
        Assert.Equal("PY2002", (await gate.Send(Altered(request => request.Payload = ByteString.CopyFrom(1)))).Code);
        Assert.Equal("PY2002", (await gate.Send(Altered(request => request.MacId = "gate-9"))).Code);
        foreach (var (field, alter) in new (string, Action<UploadOfflineScansRequest>)[]
        {
            ("merchantId", request => request.MerchantId = ""),
            ("macId", request => request.MacId = new string('a', 65)),
            ("time", request => request.Time = "20260230000000"),
            ("sign", request => request.Sign = "x"),
            ("payload", request => request.Payload = ByteString.CopyFrom(new byte[(256 << 10) + 1])),
        })
        {
            Assert.Equal($"参数缺失或格式错误: {field}", (await gate.Send(Altered(alter))).Msg);
        }

        host.Inner.Time.Advance(TimeSpan.FromSeconds(302));
        Assert.Equal("PY2003", (await gate.Send(good)).Code);
        var device = new Contracts.Platform.V1.Device
        {
            MacId = gate.MacId,
            MerchantId = gate.MerchantId,
            State = RegistrationState.Disabled,
        };
        await new MerchantService.MerchantServiceClient(host.Channel).PutDeviceAsync(
            new PutDeviceRequest { Device = device }, EmergencyHost.Operator);
        Assert.Equal("PY2005", (await gate.Upload(1, gate.Scan("s1"))).Code);
        Assert.Equal(0, await host.Inner.Read(db => db.OfflineScans.CountAsync()));

        UploadOfflineScansRequest Altered(Action<UploadOfflineScansRequest> alter)
        {
            var request = good.Clone();
            alter(request);
            return request;
        }
    }

    [Fact]
    public async Task Upload_SignedByTheMerchantsNextKey_IsTaken()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        var merchants = new MerchantService.MerchantServiceClient(host.Channel);
        var merchant = Assert.Single((await merchants.ListMerchantsAsync(new(), EmergencyHost.Operator)).Response);
        var key = merchant.PublicKeyPem;
        merchant.PublicKeyPem = Samples.Pem3072;
        await merchants.PutMerchantAsync(new() { Merchant = merchant }, EmergencyHost.Operator);
        Assert.Equal("PY2002", (await gate.Upload(1, gate.Scan("s-1"))).Code);

        merchant.NextPublicKeyPem = key;
        await merchants.PutMerchantAsync(new() { Merchant = merchant }, EmergencyHost.Operator);
        Assert.Equal("PY0000", (await gate.Upload(1, gate.Scan("s-1"))).Code);
    }

    [Fact]
    public async Task Upload_AddressBeyondItsShare_IsRefusedBeforeAnythingIsLookedAt()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal("PY1001", (await gate.Send(new UploadOfflineScansRequest())).Code);
        }

        Assert.Equal("PY1008", (await gate.Send(new UploadOfflineScansRequest())).Code);
        host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("PY0000", (await gate.Upload(1, gate.Scan("s1"))).Code);
    }

    [Fact]
    public async Task Upload_ScanAtFault_IsNamedAndNothingIsStored()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        foreach (var (field, alter) in new (string, Action<OfflineScanRun>)[]
        {
            ("journalId", run => run.JournalId = ByteString.CopyFrom(1, 2)),
            ("firstSequence", run => run.FirstSequence = 0),
            ("firstSequence", run => run.FirstSequence = ulong.MaxValue),
            ("scans", run => run.Scans.Clear()),
            ("gateTimeMs", run => run.GateTimeMs = long.MaxValue),
            ("runMs", run => run.RunMs = -1),
            ("runMs", run => run.RunMs = long.MaxValue),
            ("scans[1].scanId", run => run.Scans[1].ScanId = ""),
            ("scans[1].atMs", run => run.Scans[1].AtMs = long.MaxValue),
            ("scans[1].runMs", run => run.Scans[1].RunMs = -1),
            ("scans[1].runMs", run => run.Scans[1].RunMs = long.MaxValue),
            ("scans[1].form", run => run.Scans[1].Form = 0),
            ("scans[1].direction", run => run.Scans[1].Direction = (Direction)9),
            ("scans[1].decision", run => run.Scans[1].Decision = Decision.Unspecified),
            ("scans[1].told", run => run.Scans[1].Told = 10_000),
            ("scans[1].tokenId", run => run.Scans[1].TokenId = ByteString.CopyFrom(1)),
            ("scans[1].showingId", run => run.Scans[1].ShowingId = ByteString.CopyFrom(new byte[16])),
            ("scans[1].statusIndex", run => run.Scans[1].StatusIndex = 1 << 24),
            ("scans[1].unopenedCode", run => run.Scans[1].UnopenedCode = new string('A', 65)),
        })
        {
            var run = gate.Run(1, gate.Scan("s1"), gate.Scan("s2"));
            alter(run);
            Assert.Equal($"参数缺失或格式错误: payload.{field}", (await gate.Upload(run)).Msg);
        }

        Assert.Equal(0, await host.Inner.Read(db => db.OfflineScans.CountAsync()));
    }

    [Fact]
    public async Task Upload_DatabaseIsAway_IsPy1998AndStoredAfterwards()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        var run = gate.Sign(gate.Run(1, gate.Scan("s1")).ToByteString());
        host.TakeDatabaseAway();

        Assert.Equal(("PY1998", 0ul), Answer(await gate.Send(run)));

        host.BringDatabaseBack();
        Assert.Equal(("PY0000", 1ul), Answer(await gate.Send(run)));
    }

    [Fact]
    public async Task Report_EveryFinding_IsCountedOnce()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host);
        using var other = await OfflineUploader.Register(host, "hz-park", "gate-2");
        using var phone = EcdsaSigner.Create();
        var (session, token) = await host.Citizen();
        var trust = await host.Gate();
        Assert.Equal(EmergencyStatus.Valid, trust.Verify(await host.Show(token, phone), host.Now, out var shown));
        Assert.Equal(
            EmergencyStatus.Valid, trust.Verify((await host.Issue(token)).Response.Text, host.Now, out var paper));
        var online = await host.Inner.Post("/api/v1/qrcode/generate", new { accessToken = token, isImage = "0" });

        var unopened = gate.Scan("online");
        unopened.UnopenedCode = (string)online["response"]!["qrcode"]!;
        var forged = gate.Scan("forged");
        forged.UnopenedCode = "YM1" + new string('A', 57);
        var outgoing = gate.Scan("out", shown);
        outgoing.Direction = Direction.Exit;
        await gate.Upload(
            1, gate.Scan("in", shown), outgoing, gate.Scan("paper", paper), unopened, forged,
            gate.Scan("stale", Decision.Deny, 2008), gate.Scan("nothing", Decision.Deny, 2006));

        // The same showing at another merchant's gate, later; and once more after the codes were voided.
        host.Inner.Time.Advance(TimeSpan.FromSeconds(5));
        await other.Upload(1, other.Scan("copy", shown), other.Scan("paper again", paper));
        await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
        await host.Round(5);
        var told = gate.Scan("told", shown);
        (told.Direction, told.Told) = (Direction.Exit, 2010);

        // Two by a clock that is still behind, one by a clock that was hours behind and has been set since.
        var hours = gate.Scan("hours behind");
        (hours.AtMs, hours.RunMs) = (hours.AtMs - 25_200_000, 1_000);
        var late = gate.Run(8, gate.Scan("late", paper), told, hours);
        late.GateTimeMs -= 45_000;
        late.RunMs = 1_000;
        late.Scans[0].AtMs -= 45_000;
        late.Scans[1].AtMs -= 45_000;
        await gate.Upload(late);

        var report = await Report(host);
        Assert.Equal(["hz-bus", "hz-park"], report.Days.Select(day => day.MerchantId));
        Assert.All(report.Days, day => Assert.Equal("20260301", day.Day));
        var (bus, park, total) = (report.Days[0], report.Days[1], report.Total);
        Assert.Equal((10ul, 8ul), (bus.Scans, bus.Permits));
        Assert.Equal((2ul, 2ul), (park.Scans, park.DoubleUses));
        Assert.Equal(["PY2006 1", "PY2008 1"], bus.Refusals.Select(refused => $"{refused.Told} {refused.Count}"));
        Assert.Equal((1ul, 1ul, 5ul), (bus.Genuine, bus.NotGenuine, bus.Unverified));
        Assert.Equal((3ul, 25_200_000ul), (bus.Skewed, bus.SkewMsMax));
        Assert.Equal(1ul, bus.RevokedMeanwhile);
        Assert.Equal((12ul, 10ul), (total.Scans, total.Permits));
        Assert.Equal(2, total.Refusals.Count);
        Assert.Equal(12, await host.Inner.Read(db => db.OfflineScans.CountAsync()));
        Assert.Equal(8, await host.Inner.Read(db => db.OfflineScans.CountAsync(scan => scan.Handle != null)));
        Assert.Single((await Report(host, "hz-park")).Days);
    }

    [Fact]
    public async Task Report_PaperCopiedInAReusableScene_IsADoubleUse()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var gate = await OfflineUploader.Register(host, singleUse: false);
        using var other = await OfflineUploader.Register(host, "hz-park", "gate-2", singleUse: false);
        var (_, token) = await host.Citizen();
        var trust = await host.Gate();
        Assert.Equal(
            EmergencyStatus.Valid, trust.Verify((await host.Issue(token)).Response.Text, host.Now, out var paper));

        await gate.Upload(1, gate.Scan("paper", paper), gate.Scan("online"), gate.Scan("online again"));
        host.Inner.Time.Advance(TimeSpan.FromSeconds(5));
        await other.Upload(1, other.Scan("copy", paper));

        Assert.Equal([0ul, 1ul], (await Report(host)).Days.Select(day => day.DoubleUses));
    }

    [Theory]
    [InlineData("fromDay=", "fromDay")]
    [InlineData("fromDay=20260230", "fromDay")]
    [InlineData("fromDay=20260301&toDay=20260228", "toDay")]
    [InlineData("fromDay=20260301&toDay=20260401", "toDay")]
    [InlineData("fromDay=20260301&merchantId=%2F", "merchantId")]
    public async Task Report_FieldAtFault_NamesIt(string query, string named)
    {
        await using var host = await EmergencyHost.StartAsync();

        var answer = await host.Inner.Get(
            $"/api/v1/platform/offline-scans/report?{query}", Citizens.CitizenHost.OperatorToken);

        Assert.Equal($"参数缺失或格式错误: {named}", (string?)answer["msg"]);
    }

    [Fact]
    public void Read_AnyBytes_AnswersAndNeverThrows()
    {
        var sound = new OfflineScanRun { JournalId = ByteString.CopyFrom(new byte[16]), FirstSequence = 1 };
        sound.GateTimeMs = 1;
        sound.Scans.Add(new OfflineScan
        {
            ScanId = "s",
            AtMs = 1,
            Form = OfflineForm.Static,
            Direction = Direction.Exit,
            Decision = Decision.Permit,
        });
        var bytes = sound.ToByteArray();
        Assert.NotNull(OfflineRunReader.Read(ByteString.CopyFrom(bytes)).Run);

        Gen.Byte.Array[0, 200].Sample(noise => Judge(noise));
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length]).Sample((at, value, length) =>
        {
            var altered = bytes.ToArray();
            altered[at] = value;
            return Judge(altered[..length]);
        });

        static bool Judge(byte[] payload)
        {
            var (outcome, run) = OfflineRunReader.Read(ByteString.CopyFrom(payload));
            return outcome.IsOk == (run is not null);
        }
    }

    private static async Task<OfflineReport> Report(EmergencyHost host, string merchantId = "")
    {
        var answer = await host.Reports.GetOfflineReportAsync(
            new GetOfflineReportRequest { FromDay = "20260301", MerchantId = merchantId }, EmergencyHost.Operator);
        Assert.Equal("PY0000", answer.Code);
        return answer.Response;
    }

    private static (string Code, ulong Stored) Answer(UploadOfflineScansResponse response) =>
        (response.Code, response.StoredSequence);

    private static (ulong Highest, ulong Missing) Gap(OfflineReport report)
    {
        var gap = Assert.Single(report.Gaps);
        return (gap.HighestSequence, gap.Missing);
    }
}
