using Grpc.Core;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class OperatorGuardTests
{
    [Theory]
    [InlineData($"Bearer {PlatformHost.Token}", true)]
    [InlineData($"bearer {PlatformHost.Token}", true)]
    [InlineData("", false)]
    [InlineData("Bearer ", false)]
    [InlineData(PlatformHost.Token, false)]
    [InlineData($"Basic {PlatformHost.Token}", false)]
    [InlineData("Bearer operator-token-of-the-tests-012345678", false)]
    [InlineData($"Bearer {PlatformHost.Token}0", false)]
    [InlineData($"Bearer  {PlatformHost.Token}", false)]
    public void Allows_Header_OnlyTheToken(string header, bool allowed)
    {
        var guard = new OperatorGuard(PlatformHost.Token);

        Assert.Equal(allowed, guard.Allows(new Metadata { { "authorization", header } }));
    }

    [Fact]
    public void Allows_NoHeaderOrTwo_Refuses()
    {
        var guard = new OperatorGuard(PlatformHost.Token);

        Assert.False(guard.Allows([]));
        Assert.False(guard.Allows(new Metadata
        {
            { "authorization", $"Bearer {PlatformHost.Token}" }, { "authorization", $"Bearer {PlatformHost.Token}" },
        }));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("a token of enough characters but with blanks")]
    public void FromFile_UnusableToken_NamesSettingAndPath(string content)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            var failure = Assert.Throws<StorageUnavailableException>(
                () => OperatorGuard.FromFile("Issuing:OperatorTokenFile", path, createMissing: false));

            Assert.Contains("Issuing:OperatorTokenFile", failure.Message, StringComparison.Ordinal);
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(content, failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task EveryRpc_WithoutToken_AnswersPy1002()
    {
        await using var host = await PlatformHost.StartAsync();
        var replies = new (string Code, string Msg)[]
        {
            Of(await host.Scenes.PutSceneAsync(new() { Scene = Samples.Scene() }, Anonymous), r => (r.Code, r.Msg)),
            Of(await host.Scenes.ListScenesAsync(new(), Anonymous), r => (r.Code, r.Msg)),
            Of(
                await host.Merchants.PutMerchantAsync(new() { Merchant = Samples.Merchant() }, Anonymous),
                r => (r.Code, r.Msg)),
            Of(await host.Merchants.ListMerchantsAsync(new(), Anonymous), r => (r.Code, r.Msg)),
            Of(
                await host.Merchants.MakeResponseKeyAsync(new() { MerchantId = "hz-bus" }, Anonymous),
                r => (r.Code, r.Msg)),
            Of(
                await host.Merchants.UseResponseKeyAsync(
                    new() { MerchantId = "hz-bus", ResponseKeyId = 2 }, Anonymous),
                r => (r.Code, r.Msg)),
            Of(
                await host.Merchants.PutDeviceAsync(new() { Device = Samples.Device() }, Anonymous),
                r => (r.Code, r.Msg)),
            Of(await host.Merchants.ListDevicesAsync(new(), Anonymous), r => (r.Code, r.Msg)),
            Of(
                await host.Channels.PutChannelAsync(new() { Channel = Samples.Channel() }, Anonymous),
                r => (r.Code, r.Msg)),
            Of(await host.Channels.ListChannelsAsync(new(), Anonymous), r => (r.Code, r.Msg)),
            Of(
                await host.Tags.PutTagAsync(new() { Definition = Samples.Tag("veteran", 1) }, Anonymous),
                r => (r.Code, r.Msg)),
            Of(await host.Tags.ListTagsAsync(new(), Anonymous), r => (r.Code, r.Msg)),
            Of(await host.Citizens.PutCitizenAsync(Samples.Citizen(), Anonymous), r => (r.Code, r.Msg)),
            Of(await host.CodeKeys.RotateCodeKeyAsync(new(), Anonymous), r => (r.Code, r.Msg)),
            Of(await host.CodeKeys.RevokeCodeKeyAsync(new() { KeyId = 1 }, Anonymous), r => (r.Code, r.Msg)),
            Of(await host.CodeKeys.ListCodeKeysAsync(new(), Anonymous), r => (r.Code, r.Msg)),
        };

        Assert.All(replies, reply => Assert.Equal(("PY1002", "未登录或令牌无效"), reply));
        Assert.Equal(1, await host.Revision()); // The first code key's: no call changed anything.
    }

    [Fact]
    public void Envelopes_AllServices_HaveCodeAndMsgInPlace()
    {
        var replies = new[]
        {
            SceneService.Descriptor, MerchantService.Descriptor, ChannelService.Descriptor, TagService.Descriptor,
            CitizenRegistryService.Descriptor, CodeKeyService.Descriptor,
        }.SelectMany(service => service.Methods).Select(method => method.OutputType).ToList();

        Assert.Equal(16, replies.Count);
        Assert.All(replies, reply =>
        {
            Assert.Equal("code", reply.FindFieldByNumber(PlatformCall.CodeField)?.Name);
            Assert.Equal("msg", reply.FindFieldByNumber(PlatformCall.MsgField)?.Name);
        });
    }

    private static CallOptions Anonymous => PlatformHost.Anonymous;

    private static (string, string) Of<T>(T reply, Func<T, (string, string)> read) => read(reply);
}
