using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using YiMaTong.Contracts.Platform.V1;
using Channel = YiMaTong.Contracts.Platform.V1.Channel;
using ChannelKind = YiMaTong.Contracts.Platform.V1.ChannelKind;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class ChannelServiceTests : IAsyncLifetime
{
    private PlatformHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PlatformHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string, Action<Channel>> Faults => new()
    {
        { "appId", channel => channel.AppId = "" },
        { "appId", channel => channel.AppId = "Demo" },
        { "name", channel => channel.Name = "" },
        { "kind", channel => channel.Kind = (ChannelKind)3 },
        { "scopes", channel => channel.Scopes.Add("everything") },
        { "qrcodeTypes", channel => channel.QrcodeTypes.Clear() },
        { "qrcodeTypes", channel => channel.QrcodeTypes.Add("GJ") },
        { "redirectUris", channel => channel.RedirectUris.Clear() },
        { "redirectUris", channel => channel.RedirectUris.Add("/cb") },
        { "redirectUris", channel => channel.RedirectUris.Add("https://app.example/cb#x") },
        { "redirectUris", channel => channel.RedirectUris.Add("https://app.example/a b") },
        { "redirectUris", channel => channel.RedirectUris.Add("http://app.example/cb") },
        { "redirectUris", channel => channel.RedirectUris.Add("javascript:alert(1)") },
        { "redirectUris", channel => channel.RedirectUris.Add("https://user@app.example/cb") },
        { "state", channel => channel.State = (RegistrationState)3 },
        { "publicKeyPem", channel => channel.PublicKeyPem = "no key" },
        { "publicKeyPem", channel => channel.PublicKeyPem = Samples.Pem2048 },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task PutChannel_FieldAtFault_NamesIt(string field, Action<Channel> spoil)
    {
        var channel = Samples.Channel();
        spoil(channel);

        var reply = await Put(channel);

        Assert.Equal("PY1001", reply.Code);
        Assert.StartsWith($"参数缺失或格式错误: {field}", reply.Msg, StringComparison.Ordinal);
        Assert.Empty(_host.Clients.Puts);
        Assert.Equal(0, await _host.Read(db => db.Channels.CountAsync()));
    }

    [Fact]
    public async Task PutChannel_DefaultsUnset_PositionIsRequiredAndKindIsChannel()
    {
        await Put(Samples.Channel());

        var listed = Assert.Single((await _host.Channels.ListChannelsAsync(new(), PlatformHost.Operator)).Response);
        Assert.True(listed.PositionRequired);
        Assert.Equal(ChannelKind.Channel, listed.Kind);
        Assert.Equal(RegistrationState.Active, listed.State);
    }

    [Fact]
    public async Task PutChannel_Twice_KeepsNumberAndReachesOAuthBothTimes()
    {
        var channel = Samples.Channel("platform-app");
        channel.Kind = ChannelKind.Platform;
        channel.PositionRequired = false;
        channel.PkceRequired = true;
        channel.PublicKeyPem = Samples.Pem3072;
        channel.RedirectUris.Add("http://127.0.0.1:8080/demo");
        channel.RedirectUris.Add("example.app.demo:/cb");
        channel.State = RegistrationState.Disabled;
        await Put(Samples.Channel());
        await Put(channel);
        await Put(channel);

        var listed = (await _host.Channels.ListChannelsAsync(new(), PlatformHost.Operator)).Response;
        Assert.Equal(["demo-channel", "platform-app"], listed.Select(row => row.AppId));
        Assert.Equal(channel, listed[1]);
        Assert.Equal([1, 2, 2], _host.Clients.Puts.Select(row => row.Id));
    }

    [Fact]
    public async Task PutChannel_OAuthServerFails_AnswersPy1999AndNextPutMends()
    {
        const string Canary = "canary-4711";
        _host.Clients.Failure = new InvalidOperationException(Canary);
        var failed = await Put(Samples.Channel());
        _host.Clients.Failure = null;
        var mended = await Put(Samples.Channel());

        Assert.Equal(("PY1999", "系统异常"), (failed.Code, failed.Msg));
        Assert.Null(failed.Response);
        Assert.Equal("PY0000", mended.Code);
        Assert.Equal(1, Assert.Single(_host.Clients.Puts).Id);
        var error = Assert.Single(_host.Logs.Lines, line => line.Level == LogLevel.Error);
        Assert.Contains(nameof(InvalidOperationException), error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_host.Logs.Lines, line => line.Text.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PutChannel_AllNumbersInUse_AnswersPy1003()
    {
        await _host.Write(unit =>
        {
            unit.Db.Channels.Add(new()
            {
                Id = 65535,
                AppId = "last",
                Name = "末",
                Scopes = "",
                QrcodeTypes = "gj",
                RedirectUris = "https://a.example/",
            });
            return Task.CompletedTask;
        });

        Assert.Equal("PY1003", (await Put(Samples.Channel())).Code);
    }

    private async Task<PutChannelResponse> Put(Channel channel) =>
        await _host.Channels.PutChannelAsync(new() { Channel = channel }, PlatformHost.Operator);
}
