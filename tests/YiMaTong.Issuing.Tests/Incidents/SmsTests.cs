using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using YiMaTong.Issuing.Storage;
using YiMaTong.Issuing.Tests.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Incidents;

/// <summary>SMS through a gateway that really speaks HTTP and fails in every way a gateway does.</summary>
public sealed class SmsTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private FakeGateway _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await FakeGateway.StartAsync();
        await File.WriteAllTextAsync(_folder.Combine("sms.key"), _gateway.KeyBase64, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Declare_WithSms_TellsWhoClaimedTheCodeOnceAndNobodyElse()
    {
        await using var host = await Start();
        await Seed(host, 1, Phone(1));
        await Seed(host, 2, Phone(2));
        await Seed(host, 3, Phone(2)); // shares a phone
        await Seed(host, 4, null);
        await Seed(host, 5, Phone(5), kinds: 2); // claimed for other scenes
        await Seed(host, 6, Phone(6), kinds: 0, state: CitizenState.Frozen);
        await Seed(host, 7, Phone(7), withdrawn: true);
        await Seed(host, 8, Phone(8), state: CitizenState.Frozen);

        await host.Declare("outage", new { sms = true, sceneKinds = new[] { "a" }, textZh = "地铁检修" });
        await Until(host, SmsState.Accepted, 2);
        await host.Declare("outage", new { sms = true, sceneKinds = new[] { "a" }, textZh = "地铁仍在检修" });
        await Seconds(host, 5);

        Assert.Equal(
            [(Phone(1), "【一码通】地铁检修"), (Phone(2), "【一码通】地铁检修")], _gateway.Sent.OrderBy(sms => sms.Phone));
        Assert.Equal(2, _gateway.Calls);
        Assert.Empty(_gateway.Wrong);
        var logs = host.Inner.Logs.TextAt(LogLevel.Trace);
        Assert.DoesNotContain(Phone(1), logs, StringComparison.Ordinal);
        Assert.DoesNotContain(_gateway.KeyBase64, logs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, 2)]
    [InlineData(408, 2)]
    [InlineData(0, 2)] // hangs
    [InlineData(429, 2)]
    [InlineData(503, 2)]
    [InlineData(409, 1)] // has it already
    public async Task Gateway_FailsOnce_GetsItAgainUnderTheSameKey(int status, int calls)
    {
        await using var host = await Start();
        await Seed(host, 1, Phone(1));
        _gateway.Status = call => call == 1 ? status : 202;

        await host.Declare("outage", new { sms = true });
        await Until(host, SmsState.Accepted, 1);

        Assert.Equal(calls, _gateway.Calls);
        Assert.Equal(calls - 1, _gateway.Sent.Count);
        Assert.Empty(_gateway.Wrong);
    }

    [Fact]
    public async Task Gateway_Refuses_IsNotAskedAgain()
    {
        await using var host = await Start();
        await Seed(host, 1, Phone(1));
        _gateway.Status = _ => 400;

        await host.Declare("outage", new { sms = true });
        await Until(host, SmsState.Failed, 1);
        await Seconds(host, 10);

        Assert.Equal(1, _gateway.Calls);
    }

    [Fact]
    public async Task Gateway_NeverAnswers_IsGivenUp()
    {
        await using var host = await Start(("Incidents:Sms:MaxAttempts", "3"));
        await Seed(host, 1, Phone(1));
        _gateway.Status = _ => 500;

        await host.Declare("outage", new { sms = true });
        await Until(host, SmsState.Failed, 1);
        await Seconds(host, 10);

        Assert.Equal(3, _gateway.Calls);
    }

    [Fact]
    public async Task Gateway_TooManyRequests_LeavesItAloneAsLongAsItSays()
    {
        await using var host = await Start(("Incidents:Sms:Concurrency", "1"));
        for (var index = 1; index <= 5; index++)
        {
            await Seed(host, index, Phone(index));
        }

        _gateway.Status = call => call == 1 ? 429 : 202;
        await host.Declare("outage", new { sms = true });
        await AwaitUntil.Holds(() => Tick(host, _gateway.Calls == 1), Limit, "the first call", Cancellation);
        await Seconds(host, 20);

        Assert.Equal(1, _gateway.Calls); // Retry-After says 30 s; the other four are not tried
        await Until(host, SmsState.Accepted, 5);
        Assert.Equal(6, _gateway.Calls);
    }

    [Fact]
    public async Task Rate_OneSecond_SendsNoMoreThanAllowed()
    {
        await using var host = await Start(("Incidents:Sms:PerSecond", "3"));
        for (var index = 1; index <= 8; index++)
        {
            await Seed(host, index, Phone(index));
        }

        await host.Declare("outage", new { sms = true });
        foreach (var expected in new[] { 3, 6, 8 })
        {
            host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
            await Accepted(host, expected);
            Assert.Equal(expected, _gateway.Calls);
        }
    }

    [Fact]
    public async Task Restart_HalfWay_TellsTheOthersAndNobodyTwice()
    {
        await using (var host = await Start(("Incidents:Sms:PerSecond", "2")))
        {
            for (var index = 1; index <= 5; index++)
            {
                await Seed(host, index, Phone(index));
            }

            await host.Declare("outage", new { sms = true });
            host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
            await Accepted(host, 2);
        }

        await using var restarted = await Start();
        await Until(restarted, SmsState.Accepted, 5);
        await Seconds(restarted, 5);

        Assert.Equal(5, _gateway.Calls);
        Assert.Equal(5, _gateway.Sent.Select(sms => sms.Phone).Distinct().Count());
    }

    [Fact]
    public async Task Close_SomeWait_DropsThem()
    {
        await using var host = await Start(("Incidents:Sms:PerSecond", "1"));
        for (var index = 1; index <= 4; index++)
        {
            await Seed(host, index, Phone(index));
        }

        await host.Declare("outage", new { sms = true });
        host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
        await Accepted(host, 1);
        await host.Close("outage");
        await Until(host, SmsState.Dropped, 3);

        Assert.Equal(1, _gateway.Calls);
        host.Inner.Time.Advance(TimeSpan.FromDays(31));
        await AwaitUntil.Satisfies(
            () => host.Inner.Read(db => db.SmsOutbox.CountAsync(Cancellation)), count => count == 0, Limit, "the sweep",
            cancellationToken: Cancellation);
    }

    [Fact]
    public async Task FileMode_WritesStarredNumbersToAFileOfItsOwner()
    {
        var path = _folder.Combine("sms-outbox.jsonl");
        await using var host = await IncidentHost.StartInAsync(
            _folder, ("Incidents:Sms:Mode", "file"), ("Incidents:Sms:OutboxFile", path),
            ("Incidents:Sms:Language", "both"));
        await Seed(host, 1, "13900000001");

        await host.Declare("outage", new { sms = true, textZh = "检修", textEn = "Repairs" });
        await Until(host, SmsState.Accepted, 1);

        var line = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(path, Cancellation)))!;
        Assert.Equal(
            ("139******01", "【一码通】检修\n[YiMaTong] Repairs"), ((string?)line["phone"], (string?)line["text"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    private static TimeSpan Limit => TimeSpan.FromSeconds(20);

    // A range that no operator assigns.
    private static string Phone(int index) => string.Create(CultureInfo.InvariantCulture, $"100000{index:00000}");

    private Task<IncidentHost> Start(params (string Key, string? Value)[] settings) => IncidentHost.StartInAsync(
        _folder,
        [
            ("Incidents:Sms:Mode", "http"), ("Incidents:Sms:Endpoint", _gateway.Address),
            ("Incidents:Sms:KeyFile", _folder.Combine("sms.key")), .. settings,
        ]);

    private static Task<long> Seed(
        IncidentHost host, int index, string? phone, int kinds = 0x7FF, bool withdrawn = false,
        CitizenState state = CitizenState.Active) => host.Inner.Write(async unit =>
        {
            var citizen = Rows.Citizen(host.Sealer, index, phone: phone);
            citizen.State = state;
            unit.Db.Citizens.Add(citizen);
            await unit.Db.SaveChangesAsync(Cancellation);
            var claim = Rows.Claim(citizen.Id, sceneKinds: kinds);
            claim.EndedAt = withdrawn ? claim.GrantedAt.AddDays(1) : null;
            unit.Db.Consents.Add(claim);
        });

    private static bool Tick(IncidentHost host, bool done)
    {
        if (!done)
        {
            host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
        }

        return done;
    }

    /// <summary>Lets seconds pass until that many messages have come to that state.</summary>
    private static Task<int> Until(IncidentHost host, SmsState state, int count) => AwaitUntil.Satisfies(
        async () =>
        {
            var now = await Count(host, state);
            Tick(host, now == count);
            return now;
        },
        now => now == count, Limit, $"{count} messages {state}", cancellationToken: Cancellation);

    /// <summary>Waits, without letting time pass, until that many messages are accepted.</summary>
    private static Task<int> Accepted(IncidentHost host, int count) => AwaitUntil.Satisfies(
        () => Count(host, SmsState.Accepted), now => now == count, Limit, $"{count} messages accepted",
        cancellationToken: Cancellation);

    /// <summary>Lets seconds pass in which nothing is expected; each is given real time to be used wrongly.</summary>
    private static async Task Seconds(IncidentHost host, int seconds)
    {
        var rounds = 0;
        await AwaitUntil.Holds(() => rounds++ >= seconds || Tick(host, false), Limit, "the seconds", Cancellation);
    }

    private static Task<int> Count(IncidentHost host, SmsState state) =>
        host.Inner.Read(db => db.SmsOutbox.CountAsync(row => row.State == state, Cancellation));
}
