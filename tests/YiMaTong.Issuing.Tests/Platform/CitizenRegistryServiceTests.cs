using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;
using CitizenState = YiMaTong.Contracts.Platform.V1.CitizenState;
using RowState = YiMaTong.Issuing.Storage.CitizenState;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class CitizenRegistryServiceTests : IAsyncLifetime
{
    private PlatformHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PlatformHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string, Action<PutCitizenRequest>> Faults => new()
    {
        { "idType", citizen => citizen.IdType = "0 1" },
        { "idType", citizen => citizen.IdType = "123456789" },
        { "idNumber", citizen => citizen.IdNumber = "" },
        { "idNumber", citizen => citizen.IdNumber = "990000199001010018" },
        { "idNumber", citizen => { citizen.IdType = "14"; citizen.IdNumber = new string('E', 33); } },
        { "idNumber", citizen => { citizen.IdType = "14"; citizen.IdNumber = " "; } },
        { "name", citizen => citizen.Name = "" },
        { "name", citizen => citizen.Name = "   " },
        { "name", citizen => citizen.Name = new string('张', 65) },
        { "name", citizen => citizen.Name = string.Concat(Enumerable.Repeat("\U00020000", 49)) },
        { "phone", citizen => citizen.Phone = "1380" },
        { "phone", citizen => citizen.Phone = "+8613000000000" },
        { "phone", citizen => citizen.Phone = "1234567890123456" },
        { "state", citizen => citizen.State = (CitizenState)4 },
        { "attributes.talentLevel", citizen => citizen.Attributes = new() { TalentLevel = "G" } },
        { "attributes.practitionerMark", citizen => citizen.Attributes = new() { PractitionerMark = "green" } },
        { "tagNumbers", citizen => citizen.TagNumbers.Add(0) },
        { "tagNumbers", citizen => citizen.TagNumbers.Add(65) },
        { "tagNumbers", citizen => citizen.TagNumbers.Add(3) },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task PutCitizen_FieldAtFault_NamesIt(string field, Action<PutCitizenRequest> spoil)
    {
        var citizen = Samples.Citizen();
        spoil(citizen);

        var reply = await Put(citizen);

        Assert.Equal(("PY1001", $"参数缺失或格式错误: {field}"), (reply.Code, reply.Msg));
        Assert.Equal(0, await _host.Read(db => db.Citizens.CountAsync()));
    }

    [Fact]
    public async Task PutCitizen_New_IsSealedWithRandomHandleAndRuleTags()
    {
        await _host.Tags.PutTagAsync(
            new() { Definition = Samples.Tag("talent-e", 2, "subject.TalentLevel == \"E\"") }, PlatformHost.Operator);
        await _host.Tags.PutTagAsync(new() { Definition = Samples.Tag("guest", 5) }, PlatformHost.Operator);
        var request = Samples.Citizen();
        request.Attributes = new() { TalentLevel = "E", PractitionerMark = "red" };
        request.TagNumbers.Add(5);

        Assert.Equal("PY0000", (await Put(request)).Code);
        Assert.Equal("PY0000", (await Put(Samples.Citizen(2))).Code);
        var rows = await Rows();
        var row = rows[0];

        Assert.Equal(((1UL << 1) | (1UL << 4), 0UL), (row.Tags, rows[1].Tags));
        Assert.Equal("E", new SubjectAttributes(row.Attributes).TalentLevel);
        Assert.True(row.RealNameVerified);
        Assert.Equal((RowState.Active, 0u), (row.State, row.ValidFrom));
        Assert.NotEqual(0UL, row.Handle);
        Assert.NotEqual(rows[0].Handle, rows[1].Handle);
        Assert.Equal(request.Name, _host.Sealer.Open(SealedColumns.CitizenName, row.NameSealed));
        Assert.Equal(request.IdNumber, _host.Sealer.Open(SealedColumns.CitizenIdNumber, row.IdNumberSealed));
        Assert.Equal(request.Phone, _host.Sealer.Open(SealedColumns.CitizenPhone, row.PhoneSealed));
        Assert.Equal(-1, row.IdNumberSealed.AsSpan().IndexOf(Encoding.UTF8.GetBytes(request.IdNumber)));
    }

    [Fact]
    public async Task PutCitizen_Twice_IsOneChange()
    {
        var first = await Put(Samples.Citizen());
        var second = await Put(Samples.Citizen());

        Assert.Equal(first.Response.Revision, second.Response.Revision);
        Assert.Single(await Rows());
    }

    [Fact]
    public async Task PutCitizen_SmallX_IsTheSameCitizen()
    {
        var capital = Enumerable.Range(1, 99).Select(Samples.IdNumber).First(number => number.EndsWith('X'));
        var request = Samples.Citizen();
        request.IdNumber = capital;
        await Put(request);
        request.IdNumber = capital.ToLowerInvariant();
        Assert.Equal("PY0000", (await Put(request)).Code);

        var row = Assert.Single(await Rows());
        Assert.Equal(capital, _host.Sealer.Open(SealedColumns.CitizenIdNumber, row.IdNumberSealed));
    }

    [Fact]
    public async Task PutCitizen_KnownWithoutName_KeepsNameAndReplacesTheRest()
    {
        await Put(Samples.Citizen());
        var request = Samples.Citizen();
        (request.Name, request.Phone) = ("", "13111111111");
        request.RealNameVerified = false;
        request.Attributes = new() { Senior = true };

        Assert.Equal("PY0000", (await Put(request)).Code);

        var row = Assert.Single(await Rows());
        Assert.Equal("张三", _host.Sealer.Open(SealedColumns.CitizenName, row.NameSealed));
        Assert.Equal("13111111111", _host.Sealer.Open(SealedColumns.CitizenPhone, row.PhoneSealed));
        Assert.False(row.RealNameVerified);
        Assert.True(new SubjectAttributes(row.Attributes).Senior);
    }

    [Theory]
    [InlineData(CitizenState.Frozen)]
    [InlineData(CitizenState.Closed)]
    public async Task PutCitizen_FrozenOrClosed_VoidsEveryCodeMintedBefore(CitizenState state)
    {
        await Put(Samples.Citizen());
        var request = Samples.Citizen();
        request.State = state;
        var now = (uint)_host.Time.GetUtcNow().ToUnixTimeSeconds();

        await Put(request);
        Assert.Equal(now + 1, Assert.Single(await Rows()).ValidFrom);

        // The same again is no new freezing.
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        await Put(request);
        Assert.Equal(now + 1, Assert.Single(await Rows()).ValidFrom);
    }

    [Fact]
    public async Task PutCitizen_Thawed_KeepsOldCodesVoid()
    {
        var request = Samples.Citizen();
        request.State = CitizenState.Frozen;
        await Put(request);
        var frozen = Assert.Single(await Rows()).ValidFrom;
        request.State = CitizenState.Active;

        Assert.Equal("PY0000", (await Put(request)).Code);

        var row = Assert.Single(await Rows());
        Assert.Equal((RowState.Active, frozen), (row.State, row.ValidFrom));
    }

    [Theory]
    [InlineData(CitizenState.Unspecified)]
    [InlineData(CitizenState.Active)]
    [InlineData(CitizenState.Frozen)]
    public async Task PutCitizen_ClosedReopened_IsRefused(CitizenState state)
    {
        var request = Samples.Citizen();
        request.State = CitizenState.Closed;
        await Put(request);
        var before = await _host.Revision();
        request.State = state;

        var reply = await Put(request);

        Assert.Equal("参数缺失或格式错误: state", reply.Msg);
        Assert.Equal((RowState.Closed, before), (Assert.Single(await Rows()).State, await _host.Revision()));
    }

    [Fact]
    public async Task RegisterAsync_CitizenAlone_GetsTagsOfNoAttributes()
    {
        await _host.Tags.PutTagAsync(
            new() { Definition = Samples.Tag("plain", 3, "subject.TalentLevel == \"\"") }, PlatformHost.Operator);
        var registrar = _host.Services.GetRequiredService<CitizenRegistrar>();
        Assert.True(CitizenIdentity.TryCreate(
            "", Samples.IdNumber(8), "李四", "", nameRequired: true, _host.Time.GetUtcNow(), out var identity, out _));
        var token = TestContext.Current.CancellationToken;

        await _host.Write(unit => registrar.RegisterAsync(unit, identity!, default, realNameVerified: true, token));

        var row = Assert.Single(await Rows());
        Assert.Equal((4UL, true, null), (row.RuleTags, row.RealNameVerified, row.PhoneSealed));
        Assert.Equal(row.Id, (await _host.Read(db => registrar.FindAsync(db, identity!, token)))?.Id);
    }

    private async Task<PutCitizenResponse> Put(PutCitizenRequest request) =>
        await _host.Citizens.PutCitizenAsync(request, PlatformHost.Operator);

    private Task<List<Citizen>> Rows() => _host.Read(db => db.Citizens.OrderBy(row => row.Id).ToListAsync());
}
