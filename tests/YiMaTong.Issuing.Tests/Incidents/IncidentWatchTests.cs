using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Incidents;

public sealed class IncidentWatchTests
{
    [Fact]
    public async Task Watch_OnlyNodeIsNotReady_OpensAfterThreeLooksAndClosesAfterSix()
    {
        await using var node = await FakeNode.StartAsync();
        await using var host = await IncidentHost.StartAsync(("Incidents:DecodeNodes:0", node.Address));
        await host.Look(3);
        Assert.Empty(host.Board.All);

        node.Ready = false;
        await host.Look(2);
        Assert.Empty(host.Board.All);
        await host.Look();
        var opened = Assert.Single(host.Board.All);
        Assert.Equal((IncidentKind.Decode, true), (opened.Kind, opened.IsOpen));
        Assert.StartsWith("decode-20260301-0800", opened.Id, StringComparison.Ordinal);

        node.Ready = true;
        await host.Look(5);
        Assert.True(Assert.Single(host.Board.All).IsOpen);
        await host.Look();
        Assert.False(Assert.Single(host.Board.All).IsOpen);
    }

    [Fact]
    public async Task Watch_OneOfTwoNodesIsDown_TellsTheLogAndNotTheCitizens()
    {
        await using var node = await FakeNode.StartAsync();
        await using var host = await IncidentHost.StartAsync(
            ("Incidents:DecodeNodes:0", node.Address),
            ("Incidents:DecodeNodes:1", $"http://127.0.0.1:{FreePort.Take(1)[0]}"));

        await host.Look(10);

        Assert.Empty(host.Board.All);
        Assert.Equal(
            1, host.Inner.Logs.Count(typeof(IncidentWatch).FullName!, "Decode node 2 of the list is not well"));
    }

    [Fact]
    public async Task Watch_DataAreTooOld_Opens()
    {
        await using var node = await FakeNode.StartAsync();
        await using var host = await IncidentHost.StartAsync(("Incidents:DecodeNodes:0", node.Address));
        node.Age = 60.5;

        await host.Look(3);

        Assert.Equal(IncidentKind.Decode, Assert.Single(host.Board.All).Kind);
    }

    [Fact]
    public async Task Watch_AnswerThatNobodyCanRead_CountsAsUnwell()
    {
        await using var node = await FakeNode.StartAsync();
        await using var host = await IncidentHost.StartAsync(("Incidents:DecodeNodes:0", node.Address));
        node.Charset = "no-such-thing";

        await host.Look(3);

        Assert.Equal(IncidentKind.Decode, Assert.Single(host.Board.All).Kind);
    }

    [Fact]
    public async Task Watch_NodeHangs_LooksAwayInTimeAndIssuingServes()
    {
        await using var node = await FakeNode.StartAsync();
        node.Hangs = true;
        await using var host = await IncidentHost.StartAsync(
            ("Incidents:DecodeNodes:0", node.Address), ("Incidents:FailuresToOpen", "1"),
            ("Incidents:OpenAfterSeconds", "0"));

        var look = host.Look();
        await node.Reached.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal("PY0000", (string?)(await host.Inner.Get("/api/v1/services"))["code"]);
        Assert.False(look.IsCompleted);
        host.Inner.Time.Advance(TimeSpan.FromMilliseconds(2001));
        await look.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Single(host.Board.All);
    }

    [Fact]
    public async Task Watch_OwnDatabaseIsAway_PublishesAndClosesWhenItIsBack()
    {
        await using var host = await IncidentHost.StartAsync();
        host.TakeDatabaseAway();
        await host.Look(3);

        var notice = Assert.Single(await host.Notices())!;
        using var code = await host.PostRaw("/api/v1/qrcode/generate", """{"accessToken":"x"}""");
        Assert.Equal("INCIDENT_KIND_ISSUING", (string?)notice["kind"]);
        Assert.Equal([(string)notice["id"]!], code.Headers.GetValues("YiMaTong-Notice"));

        host.BringDatabaseBack();
        await host.Look(7);
        Assert.False(Assert.Single(host.Board.All).IsOpen);
    }

    [Fact]
    public async Task Watch_CallsFailForTheDatabase_CountThoughReadingGoesOn()
    {
        await using var host = await IncidentHost.StartAsync();
        var faults = host.Inner.Services.GetRequiredService<StorageFaults>();
        for (var round = 0; round < 3; round++)
        {
            Assert.NotNull(faults.Explain(new Microsoft.Data.Sqlite.SqliteException("full", 13)));
            await host.Look();
        }

        Assert.Equal(IncidentKind.Issuing, Assert.Single(host.Board.All).Kind);
        Assert.Null(faults.Explain(new Microsoft.Data.Sqlite.SqliteException("constraint", 19)));
    }

    [Fact]
    public async Task Watch_OperatorClosedIt_DoesNotOpenAgainBeforeItWasWell()
    {
        await using var node = await FakeNode.StartAsync();
        node.Ready = false;
        await using var host = await IncidentHost.StartAsync(("Incidents:DecodeNodes:0", node.Address));
        await host.Look(3);
        await host.Close(host.Board.All[0].Id);

        await host.Look(5);
        Assert.False(Assert.Single(host.Board.All).IsOpen);
        node.Ready = true;
        await host.Look(6);
        node.Ready = false;
        await host.Look(3);

        Assert.Equal([true, false], host.Board.All.Select(incident => incident.IsOpen));
    }

    [Fact]
    public async Task Start_IncidentIsOpen_GoesOnWithItAndClosesIt()
    {
        using var folder = new TempDirectory();
        await using var node = await FakeNode.StartAsync();
        node.Ready = false;
        await using (var host = await IncidentHost.StartInAsync(folder, ("Incidents:DecodeNodes:0", node.Address)))
        {
            await host.Look(3);
            Assert.Single(host.Board.All);
        }

        await using var restarted = await IncidentHost.StartInAsync(
            folder, ("Incidents:DecodeNodes:0", node.Address));
        await restarted.Look(4);
        Assert.True(Assert.Single(restarted.Board.All).IsOpen);
        node.Ready = true;
        await restarted.Look(6);

        Assert.False(Assert.Single(restarted.Board.All).IsOpen);
    }

    [Fact]
    public async Task Watch_ItsOwnTimer_Looks()
    {
        await using var node = await FakeNode.StartAsync();
        node.Ready = false;
        await using var host = await IncidentHost.StartAsync(
            ("Incidents:DecodeNodes:0", node.Address), ("Incidents:ProbeSeconds", "5"));

        await AwaitUntil.Holds(
            () =>
            {
                host.Inner.Time.Advance(TimeSpan.FromSeconds(5));
                return host.Board.All.Count > 0;
            },
            TimeSpan.FromSeconds(10), "an incident", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Probe_RealAdminListener_IsWell()
    {
        await using var host = await IncidentHost.StartAsync();
        var probe = host.Inner.Services.GetRequiredService<NodeProbe>();
        var admin = host.Inner.Services.GetRequiredService<BoundAddresses>().Admin;

        Assert.Null(await probe.LookAsync(admin.ToString(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("yimatong_decode_data_age_seconds 3.5\n", 3.5)]
    [InlineData("# HELP yimatong_decode_data_age_seconds\nyimatong_decode_data_age_seconds{o=\"1\"} 1e3 9\n", 1000.0)]
    [InlineData("yimatong_decode_data_age_seconds\n", null)]
    [InlineData("other 1\n", null)]
    public void AgeIn_PrometheusText_IsRead(string text, double? age) => Assert.Equal(age, NodeProbe.AgeIn(text));
}
