using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Tests;

/// <summary>Codes that are forged, or good for another place, at a gate.</summary>
public sealed class ForgedCodeTests : IDisposable
{
    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(Direction.Entry)]
    [InlineData(Direction.Exit)]
    public async Task Emergency_ForgedOrOfAnotherPlaceOrScene_SaysWhichAndTheExitPasses(Direction direction)
    {
        _world.Synchronise(_world.Trust.Declaration());
        await using var gate = await _world.OpenAsync(direction);
        var stranger = TrustWorld.Stranger();
        (string Text, string Told)[] codes =
        [
            (TrustWorld.Flipped(_world.Trust.Static(1), fromEnd: 1), "PY2012"),
            (TrustWorld.Flipped(_world.Trust.Static(1), fromEnd: 80), "PY2012"),
            (_world.Trust.Shown(_world.Trust.TokenFlipped(2), _world.Clock.GetUtcNow()), "PY2012"),
            (TrustWorld.Flipped(Shown(3), fromEnd: 1), "PY2013"),
            (_world.Trust.Shown(_world.Trust.Token(3), _world.Clock.GetUtcNow(), stranger), "PY2013"),
            (_world.Trust.Static(_world.Trust.Grant(4, lifeSeconds: 3_600) with { Region = new(330200) }), "PY2017"),
            (_world.Trust.Static(_world.Trust.Grant(5, lifeSeconds: 3_600) with { SceneKinds = 0b10 }), "PY2017"),
            (Shown(6), "PY0000"),
        ];
        foreach (var (text, told) in codes)
        {
            var answer = await gate.ScanAsync(text, cancellation: Stop);
            Assert.Equal(
                (told, told == "PY0000" || direction == Direction.Exit, true),
                (answer.Code, answer.Permits, answer.IsRecorded));
            Assert.Equal(told == "PY0000" ? [1, 3] : [], answer.Tags.Select(tag => tag.No));
        }

        // What does not verify is recorded as such, and tells nothing of a person.
        Assert.Equal(codes.Select(code => code.Told), _world.Journal().Select(scan => $"PY{scan.Told:D4}"));
        Assert.All(
            _world.Journal().SkipLast(1),
            scan => Assert.Equal((OfflineForm.Unverified, 0), (scan.Form, scan.TokenId.Length)));
    }

    private string Shown(int index) => _world.Trust.Shown(_world.Trust.Token(index), _world.Clock.GetUtcNow());
}
