using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests;

/// <summary>What a stranger finds out by asking the service itself.</summary>
public sealed class SurfaceTests(AllInOneTarget target)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_Asked_NameEveryMandatedInterface()
    {
        var server = await target.ServerAsync();
        var envelope = await server.Rest.GetFromJsonAsync<JsonNode>("/api/v1/services", Stop);

        Assert.Equal("PY0000", (string?)envelope!["code"]);
        var paths = envelope["response"]!["interfaces"]!.AsArray().Select(row => (string?)row!["path"]).ToHashSet();
        Assert.Superset(
            new HashSet<string?>
            {
                "/api/v1/qrcode/generate", "/api/v1/user/tags", "/api/v1/channel/qrcode", "/api/v1/qrcode/decode",
                "/api/v1/oauth/authorize",
            },
            paths);
    }

    [Fact]
    public async Task PutChannel_NewAppManyTimesAtOnce_EachSucceeds()
    {
        var city = (await target.ServerAsync()).City;

        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => city.PutAppAsync("many-at-once")));
    }

    [Fact]
    public async Task GrpcHealth_Asked_SaysServing()
    {
        var server = await target.ServerAsync();
        var answer = await new Health.HealthClient(server.Grpc).CheckAsync(
            new HealthCheckRequest(), cancellationToken: Stop);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task Reflection_Asked_ListsTheServicesOfBothHalves()
    {
        var server = await target.ServerAsync();
        using var call = new ServerReflection.ServerReflectionClient(server.Grpc).ServerReflectionInfo(
            cancellationToken: Stop);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Stop);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        var names =
            call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToHashSet();

        Assert.Contains("yimatong.decode.v1.DecodeService", names);
        Assert.Contains("yimatong.issuing.v1.QrcodeService", names);
    }
}
