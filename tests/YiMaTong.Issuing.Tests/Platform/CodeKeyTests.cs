using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class CodeKeyTests : IAsyncLifetime
{
    private PlatformHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PlatformHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Start_NewDatabase_MakesAKeyThatMints()
    {
        Assert.Equal(1, await Minting());
        var key = Assert.Single(await List());
        Assert.Equal((1u, false), (key.KeyId, key.Revoked));
        Assert.Null(key.MintUntil);
        var row = await _host.Read(db => db.CodeKeys.SingleAsync());
        Assert.Equal(32, _host.Sealer.OpenBytes(SealedColumns.CodeKey, row.KeySealed).Length);
    }

    [Fact]
    public async Task Rotate_NewKey_MintsOnlyAfterTheAnnounceDelay()
    {
        await Minting();
        var reply = await _host.CodeKeys.RotateCodeKeyAsync(new(), PlatformHost.Operator);
        Assert.Equal(("PY0000", (ulong)await _host.Revision()), (reply.Code, reply.Response.Revision));
        var announced = _host.Time.GetUtcNow();

        Assert.Equal(1, await Minting());
        _host.Time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(1, await Minting());
        _host.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await Minting());

        var keys = await List();
        Assert.Equal([2u, 1u], keys.Select(key => key.KeyId));
        Assert.Equal(announced.AddSeconds(10), keys[0].MintFrom.ToDateTimeOffset());
        Assert.Null(keys[0].MintUntil);
        Assert.Equal(keys[0].MintFrom, keys[1].MintUntil);
    }

    [Fact]
    public async Task Revoke_MintingKeyAlone_MakesASuccessorThatMintsAtOnce()
    {
        await Minting();
        var reply = await Revoke(1);

        Assert.Equal("PY0000", reply.Code);
        Assert.Equal(2, await Minting());
        Assert.Equal([(2u, false), (1u, true)], (await List()).Select(key => (key.KeyId, key.Revoked)));
    }

    [Fact]
    public async Task Revoke_MintingKeyAlone_IsOnTheFeedBeforeItsSuccessorMints()
    {
        var call = _host.CodeKeys.RevokeCodeKeyAsync(new() { KeyId = 1 }, PlatformHost.Operator).ResponseAsync;
        await AwaitUntil.Satisfies(
            List, keys => keys.Count == 2, TimeSpan.FromSeconds(20), "the successor is announced",
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, await Minting());

        await AwaitUntil.Soon(
            () =>
            {
                _host.Time.Advance(TimeSpan.FromMilliseconds(500));
                return call.IsCompleted;
            },
            "the key is revoked");
        Assert.Equal("PY0000", (await call).Code);
        Assert.Equal(2, await Minting());
    }

    [Fact]
    public async Task Revoke_MintingKeyWithAnnouncedOne_BringsThatForward()
    {
        await _host.CodeKeys.RotateCodeKeyAsync(new(), PlatformHost.Operator);
        await Revoke(1);

        Assert.Equal(2, await Minting());
        Assert.Equal(2, (await List()).Count);
    }

    [Fact]
    public async Task Revoke_MintingKeyWithOlderOneLeft_DoesNotFallBack()
    {
        await Rotate();
        await Revoke(2);

        Assert.Equal(3, await Minting());
    }

    [Fact]
    public async Task Revoke_KeyThatDoesNotMint_LeavesMintingAlone()
    {
        await Rotate();
        var revision = await _host.Revision();
        await Revoke(1);

        Assert.Equal(2, await Minting());
        Assert.Equal(revision + 1, await _host.Revision());

        // The same again changes nothing.
        Assert.Equal((ulong)revision + 1, (await Revoke(1)).Response.Revision);
    }

    [Fact]
    public async Task Revoke_AnnouncedKey_NeverMints()
    {
        await _host.CodeKeys.RotateCodeKeyAsync(new(), PlatformHost.Operator);
        await Revoke(2);
        _host.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await Minting());
        var keys = await List();
        Assert.Equal(keys[0].MintFrom, keys[0].MintUntil);
        Assert.Null(keys[1].MintUntil);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(256u)]
    [InlineData(uint.MaxValue)]
    public async Task Revoke_NoSuchKey_NamesTheField(uint keyId)
    {
        var reply = await Revoke(keyId);

        Assert.Equal(("PY1001", "参数缺失或格式错误: keyId"), (reply.Code, reply.Msg));
    }

    [Fact]
    public async Task Rotate_AllNumbersInUse_AnswersPy1003UntilOneIsRevoked()
    {
        var old = await FillTheRing();

        Assert.Equal("PY1003", (await _host.CodeKeys.RotateCodeKeyAsync(new(), PlatformHost.Operator)).Code);

        // Of two revoked keys the one that has been revoked longer gives its number.
        await Revoke(77);
        _host.Time.Advance(TimeSpan.FromHours(1));
        await Revoke(76);
        Assert.Equal("PY0000", (await _host.CodeKeys.RotateCodeKeyAsync(new(), PlatformHost.Operator)).Code);
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(77, await Minting());
        var row = await _host.Read(db => db.CodeKeys.SingleAsync(key => key.KeyId == 77));
        Assert.Null(row.RevokedAt);
        Assert.False(old.AsSpan().SequenceEqual(_host.Sealer.OpenBytes(SealedColumns.CodeKey, row.KeySealed)));
    }

    [Fact]
    public async Task Revoke_MintingKeyOfAFullRing_StillFindsASuccessor()
    {
        await FillTheRing();
        var minting = await Minting();

        Assert.Equal("PY0000", (await Revoke((uint)minting)).Code);

        await Minting();
        Assert.Equal(CodeKeyMaker.MaxId, (await List()).Count);
    }

    [Fact]
    public async Task CurrentAsync_RevokedByAnotherProcess_IsSeenWithinASecond()
    {
        await Rotate();
        await _host.Read(db => db.CodeKeys.Where(key => key.KeyId == 2).ExecuteUpdateAsync(
            key => key.SetProperty(row => row.RevokedAt, _host.Time.GetUtcNow())));

        Assert.Equal(2, await Minting());
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Minting());
    }

    [Fact]
    public async Task CurrentAsync_SameView_GivesTheSameKeyWithoutWaiting()
    {
        await Minting();
        var keys = _host.Services.GetRequiredService<MintingKeys>();
        var call = keys.CurrentAsync(TestContext.Current.CancellationToken);

        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(1, (await call).Id);
    }

    private async Task<byte[]> FillTheRing()
    {
        byte[] material = [.. Enumerable.Repeat((byte)7, 32)];
        await _host.Write(unit =>
        {
            for (var id = 2; id <= CodeKeyMaker.MaxId; id++)
            {
                unit.Db.CodeKeys.Add(new CodeKeyRow
                {
                    KeyId = id,
                    MintFrom = _host.Time.GetUtcNow(),
                    KeySealed = _host.Sealer.SealBytes(SealedColumns.CodeKey, material),
                });
            }

            return Task.CompletedTask;
        });
        return material;
    }

    private async Task Rotate()
    {
        await _host.CodeKeys.RotateCodeKeyAsync(new(), PlatformHost.Operator);
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, await Minting());
    }

    private async Task<int> Minting() =>
        (await _host.Services.GetRequiredService<MintingKeys>().CurrentAsync(TestContext.Current.CancellationToken)).Id;

    private async Task<RevokeCodeKeyResponse> Revoke(uint keyId)
    {
        var call = _host.CodeKeys.RevokeCodeKeyAsync(new() { KeyId = keyId }, PlatformHost.Operator).ResponseAsync;

        // A successor that had to be made is known to nodes before it mints.
        await AwaitUntil.Soon(
            () =>
            {
                _host.Time.Advance(TimeSpan.FromMilliseconds(50));
                return call.IsCompleted;
            },
            "the key is revoked");
        return await call;
    }

    private async Task<IList<CodeKeyInfo>> List() =>
        (await _host.CodeKeys.ListCodeKeysAsync(new(), PlatformHost.Operator)).Response;
}
