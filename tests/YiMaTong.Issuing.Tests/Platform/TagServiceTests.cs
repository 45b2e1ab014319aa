using Microsoft.EntityFrameworkCore;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;
using CitizenState = YiMaTong.Contracts.Platform.V1.CitizenState;
using TagDefinition = YiMaTong.Contracts.Platform.V1.TagDefinition;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class TagServiceTests : IAsyncLifetime
{
    private PlatformHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PlatformHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string, Action<TagDefinition>> Faults => new()
    {
        { "key", tag => tag.Key = "" },
        { "key", tag => tag.Key = "Veteran" },
        { "key", tag => tag.Key = new string('v', 33) },
        { "tag", tag => tag.Tag = null },
        { "tag.no", tag => tag.Tag.No = 0 },
        { "tag.no", tag => tag.Tag.No = 65 },
        { "tag.text", tag => tag.Tag.Text = "" },
        { "tag.text", tag => tag.Tag.Text = new string('军', 33) },
        { "tag.icon", tag => tag.Tag.Icon = new string('i', 257) },
        { "tag.backgroundColor", tag => tag.Tag.BackgroundColor = 256 },
        { "tag.fontColor", tag => tag.Tag.FontColor = -1 },
        { "rule", tag => tag.Rule = new string(' ', 1025) },
        { "state", tag => tag.State = (RegistrationState)3 },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task PutTag_FieldAtFault_NamesIt(string field, Action<TagDefinition> spoil)
    {
        var tag = Samples.Tag("veteran", 1);
        spoil(tag);

        var reply = await Put(tag);

        Assert.Equal(("PY1001", $"参数缺失或格式错误: {field}"), (reply.Code, reply.Msg));
        Assert.Empty((await _host.Tags.ListTagsAsync(new(), PlatformHost.Operator)).Response);
    }

    [Theory]
    [InlineData("subject.Veteran ||")]
    [InlineData("subject.Has(\"veteran\")")]
    public async Task PutTag_RuleDoesNotCompile_SaysWhy(string rule)
    {
        await Put(Samples.Tag("veteran", 1));

        var reply = await Put(Samples.Tag("hero", 2, rule));

        Assert.Equal("PY1001", reply.Code);
        Assert.Matches("^参数缺失或格式错误: rule: .+", reply.Msg);
    }

    [Fact]
    public async Task PutTag_Twice_IsOneChangeAndListedByNumber()
    {
        var tag = Samples.Tag("veteran", 9, "subject.Veteran");
        tag.Tag.Icon = "/icons/tags/veteran.png";
        tag.State = RegistrationState.Active;
        var first = await Put(tag);
        var second = await Put(tag);
        await Put(Samples.Tag("zebra", 2));

        var listed = (await _host.Tags.ListTagsAsync(new(), PlatformHost.Operator)).Response;
        Assert.Equal(first.Response.Revision, second.Response.Revision);
        Assert.Equal([2, 9], listed.Select(row => row.Tag.No));
        Assert.Equal(tag, listed[1]);
    }

    [Fact]
    public async Task PutTag_NumberOrKeyGivenBefore_IsNeverReused()
    {
        var disabled = Samples.Tag("veteran", 1);
        disabled.State = RegistrationState.Disabled;
        await Put(disabled);

        var sameNumber = await Put(Samples.Tag("other", 1));
        var sameKey = await Put(Samples.Tag("veteran", 2));

        Assert.Equal("参数缺失或格式错误: tag.no", sameNumber.Msg);
        Assert.Equal("参数缺失或格式错误: tag.no", sameKey.Msg);
    }

    [Fact]
    public async Task PutTag_RuleChanges_TouchesOnlyCitizensWhoseTagsChange()
    {
        await Put(Samples.Tag("veteran", 1, "subject.Veteran"));
        await PutCitizen(1, new() { Veteran = true });
        await PutCitizen(2, new() { Student = true });
        await PutCitizen(3, new() { Veteran = true, Student = true });
        await PutCitizen(4, new());
        Assert.Equal([1UL, 0UL, 1UL, 0UL], await Tags());
        var before = await Revisions();

        var reply = await Put(Samples.Tag("veteran", 1, "subject.Student"));

        Assert.Equal([0UL, 1UL, 1UL, 0UL], await Tags());
        var after = await Revisions();
        Assert.True(after[0] > before[0] && after[1] > before[1]);
        Assert.Equal(before[2..], after[2..]);
        Assert.Equal((ulong)await _host.Revision(), reply.Response.Revision);
        Assert.Equal(before.Max() + 3, await _host.Revision()); // The tag and two citizens.
    }

    [Fact]
    public async Task PutTag_DisabledAndEnabled_TakesAndGivesTheTag()
    {
        await Put(Samples.Tag("veteran", 64, "subject.Veteran"));
        await PutCitizen(1, new() { Veteran = true });
        var disabled = Samples.Tag("veteran", 64, "subject.Veteran");
        disabled.State = RegistrationState.Disabled;

        await Put(disabled);
        Assert.Equal([0UL], await Tags());
        await Put(Samples.Tag("veteran", 64, "subject.Veteran"));
        Assert.Equal([1UL << 63], await Tags());
    }

    [Fact]
    public async Task PutTag_TextChanges_TouchesTheTagAlone()
    {
        await Put(Samples.Tag("veteran", 1, "subject.Veteran"));
        await PutCitizen(1, new() { Veteran = true });
        var before = await _host.Revision();
        var renamed = Samples.Tag("veteran", 1, "subject.Veteran");
        renamed.Tag.Text = "老兵";

        await Put(renamed);

        Assert.Equal(before + 1, await _host.Revision());
    }

    [Fact]
    public async Task PutTag_MoreCitizensThanABatch_ReachesThemAll()
    {
        const int Count = (TagRecompute.BatchSize * 2) + 1;
        Assert.True(SubjectAttributes.TryPack("", true, false, false, false, "", out var veteran, out _));
        await _host.Write(unit =>
        {
            for (var number = 1; number <= Count; number++)
            {
                unit.Db.Citizens.Add(new Citizen
                {
                    Handle = (ulong)number,
                    IdType = "01",
                    IdNumberHash = BitConverter.GetBytes(number),
                    IdNumberSealed = [],
                    NameSealed = [],
                    Attributes = veteran.Bits,
                });
            }

            return Task.CompletedTask;
        });

        await Put(Samples.Tag("veteran", 1, "subject.Veteran"));

        Assert.Equal(Count, await _host.Read(db => db.Citizens.CountAsync(row => row.RuleTags == 1)));
    }

    private async Task<PutTagResponse> Put(TagDefinition tag) =>
        await _host.Tags.PutTagAsync(new() { Definition = tag }, PlatformHost.Operator);

    private async Task PutCitizen(int sequence, CitizenAttributes attributes)
    {
        var citizen = Samples.Citizen(sequence);
        citizen.Attributes = attributes;
        citizen.State = CitizenState.Active;
        Assert.Equal("PY0000", (await _host.Citizens.PutCitizenAsync(citizen, PlatformHost.Operator)).Code);
    }

    private Task<List<ulong>> Tags() =>
        _host.Read(db => db.Citizens.OrderBy(row => row.Id).Select(row => row.RuleTags).ToListAsync());

    private Task<long[]> Revisions() =>
        _host.Read(db => db.Citizens.OrderBy(row => row.Id).Select(row => row.Revision).ToArrayAsync());
}
