using System.Net;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Hosting.Tests.Listeners;

public sealed class TrustedProxiesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData(null, false)]
    public async Task Post_ForwardedFor_IsBelievedOfNamedProxiesAlone(string? trusted, bool believed)
    {
        var settings = new Dictionary<string, string?> { ["Listeners:RequestsPerSecondPerAddress"] = "3" };
        if (trusted is not null)
        {
            settings["Listeners:TrustedProxies:0"] = trusted;
        }

        await using var server = await TestServer.StartAsync(settings);
        var refused = 0;
        for (var i = 0; i < 12; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/qrcode/generate");
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            // The first hop is the client's own invention, the last the proxy's word.
            request.Headers.Add("X-Forwarded-For", $"203.0.113.9, 198.51.100.{i}");
            using var answer = await server.Http.SendAsync(request, Cancel);
            refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(believed, refused == 0);
    }

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("::1", true)]
    [InlineData("fd00::/8", true)]
    [InlineData("proxy", false)]
    [InlineData("", false)]
    [InlineData("10.0.0.0/33", false)]
    public void TryRead_Text_IsAnAddressANetworkOrNeither(string text, bool readable) =>
        Assert.Equal(readable, TrustedProxies.TryRead(text, out _));

    [Fact]
    public void Validate_WrongProxy_IsNamedWithItsPlace()
    {
        var options = new ListenersOptions();
        options.TrustedProxies.Add("10.0.0.1");
        options.TrustedProxies.Add("proxy");

        var result = new ListenersOptionsValidator().Validate(null, options);

        Assert.Equal(
            ["Listeners:TrustedProxies:1: must be an IP address or a network like 10.1.0.0/16 (is 'proxy')"],
            result.Failures);
    }
}
