using YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class SceneServiceTests : IAsyncLifetime
{
    private PlatformHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await PlatformHost.StartAsync();
        await _host.Tags.PutTagAsync(new() { Definition = Samples.Tag("talent-e", 7) }, PlatformHost.Operator);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string, Action<Scene>> Faults => new()
    {
        { "sceneId", scene => scene.SceneId = "" },
        { "sceneId", scene => scene.SceneId = "Bus" },
        { "sceneId", scene => scene.SceneId = new string('a', 65) },
        { "name", scene => scene.Name = "" },
        { "name", scene => scene.Name = "  " },
        { "name", scene => scene.Name = new string('路', 65) },
        { "name", scene => scene.Name = "a\nb" },
        { "kind", scene => scene.Kind = "" },
        { "kind", scene => scene.Kind = "l" },
        { "kind", scene => scene.Kind = "ab" },
        { "qrcodeTypes", scene => scene.QrcodeTypes.Clear() },
        { "qrcodeTypes", scene => scene.QrcodeTypes.Add("xx") },
        { "fields", scene => scene.Fields.Add("phone") },
        { "tagNumbers", scene => scene.TagNumbers.Add(0) },
        { "tagNumbers", scene => scene.TagNumbers.Add(65) },
        { "tagNumbers", scene => scene.TagNumbers.Add(8) },
        { "admissionRule", scene => scene.AdmissionRule = new string(' ', 1025) },
        { "route", scene => scene.Route = new string('K', 65) },
        { "state", scene => scene.State = (RegistrationState)9 },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task PutScene_FieldAtFault_NamesIt(string field, Action<Scene> spoil)
    {
        var scene = Samples.Scene();
        spoil(scene);

        var reply = await _host.Scenes.PutSceneAsync(new() { Scene = scene }, PlatformHost.Operator);

        Assert.Equal(("PY1001", $"参数缺失或格式错误: {field}"), (reply.Code, reply.Msg));
        Assert.Null(reply.Response);
        Assert.Empty((await _host.Scenes.ListScenesAsync(new(), PlatformHost.Operator)).Response);
    }

    [Fact]
    public async Task PutScene_NoScene_NamesIt()
    {
        var reply = await _host.Scenes.PutSceneAsync(new(), PlatformHost.Operator);

        Assert.Equal("参数缺失或格式错误: scene", reply.Msg);
    }

    [Theory]
    [InlineData("subject.Veteran &&", "at 19")]
    [InlineData("subject.Has(\"nobody\")", "nobody")]
    [InlineData("System.IO.File.Exists(\"x\")", "System")]
    public async Task PutScene_RuleDoesNotCompile_SaysWhy(string rule, string told)
    {
        var scene = Samples.Scene();
        scene.AdmissionRule = rule;

        var reply = await _host.Scenes.PutSceneAsync(new() { Scene = scene }, PlatformHost.Operator);

        Assert.Equal("PY1001", reply.Code);
        Assert.StartsWith("参数缺失或格式错误: admissionRule: ", reply.Msg, StringComparison.Ordinal);
        Assert.Contains(told, reply.Msg, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutScene_Twice_IsOneChangeAndListed()
    {
        var scene = Samples.Scene();
        scene.SingleUse = true;
        scene.TagNumbers.Add(7);
        scene.AdmissionRule = "subject.Has(\"talent-e\") && scene.Route in (\"K7\", \"B1\")";
        scene.MaxStalenessMs = uint.MaxValue;
        scene.State = RegistrationState.Active;
        var first = await _host.Scenes.PutSceneAsync(new() { Scene = scene }, PlatformHost.Operator);
        var second = await _host.Scenes.PutSceneAsync(new() { Scene = scene }, PlatformHost.Operator);
        var listed = await _host.Scenes.ListScenesAsync(new(), PlatformHost.Operator);

        Assert.Equal(("PY0000", "成功"), (first.Code, first.Msg));
        Assert.Equal(first.Response.Revision, second.Response.Revision);
        Assert.Equal(scene, Assert.Single(listed.Response));
    }

    [Fact]
    public async Task PutScene_Replaced_RaisesRevisionAndDefaultsHold()
    {
        var first = await _host.Scenes.PutSceneAsync(new() { Scene = Samples.Scene() }, PlatformHost.Operator);
        var changed = Samples.Scene();
        changed.Name = "K7 路公交(夜班)";
        changed.State = RegistrationState.Disabled;
        var second = await _host.Scenes.PutSceneAsync(new() { Scene = changed }, PlatformHost.Operator);
        await _host.Scenes.PutSceneAsync(new() { Scene = Samples.Scene("a-park") }, PlatformHost.Operator);
        var listed = (await _host.Scenes.ListScenesAsync(new(), PlatformHost.Operator)).Response;

        Assert.Equal(first.Response.Revision + 1, second.Response.Revision);
        Assert.Equal(["a-park", "bus-k7"], listed.Select(scene => scene.SceneId));
        Assert.Equal(RegistrationState.Active, listed[0].State);
        Assert.Equal(changed, listed[1]);
        var row = await _host.Read(db => db.Scenes.FindAsync("bus-k7").AsTask());
        Assert.Equal(ulong.MaxValue, row!.Tags); // No list and "tags" among the fields: all, those of tomorrow too.
    }
}
