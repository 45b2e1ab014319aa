using YiMaTong.Issuing.Tests.Citizens;

namespace YiMaTong.Issuing.Tests.Standard;

public sealed class ServiceCatalogTests
{
    [Fact]
    public async Task Services_Anybody_GetsTablesOneAndTwo()
    {
        await using var host = await CitizenHost.StartAsync();

        var answer = await host.Get("/api/v1/services");

        Assert.Equal("PY0000", (string?)answer["code"]);
        var types = answer["response"]!["serviceTypes"]!.AsArray();
        Assert.Equal(
            ["1000 二维码产生接口", "20000 二维码解码接口", "30000 第三方应用授权接口"],
            types.Select(type => $"{type!["type"]} {type["name"]}"));
        var interfaces = answer["response"]!["interfaces"]!.AsArray();
        Assert.Equal(
            [
                "B.1 1000 POST /api/v1/qrcode/generate",
                "B.2 1000 POST /api/v1/user/tags",
                "B.3 1000 POST /api/v1/channel/qrcode",
                "B.4 20000 POST /api/v1/qrcode/decode",
                "B.5 30000 POST /api/v1/oauth/authorize",
            ],
            interfaces.Select(row => $"{row!["clause"]} {row["type"]} {row["method"]} {row["path"]}"));
    }
}
