using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Issuing.V1;

namespace YiMaTong.Issuing.Standard;

/// <summary>Tables 1 and 2 of the standard, with this implementation's paths.</summary>
internal sealed class CatalogEndpoint : ServiceCatalogService.ServiceCatalogServiceBase
{
    private const string Generation = "1000";
    private const string Decoding = "20000";
    private const string Authorisation = "30000";

    private static readonly ServiceCatalog Catalog = new()
    {
        ServiceTypes =
        {
            new ServiceType { Type = Generation, Name = "二维码产生接口" },
            new ServiceType { Type = Decoding, Name = "二维码解码接口" },
            new ServiceType { Type = Authorisation, Name = "第三方应用授权接口" },
        },
        Interfaces =
        {
            Row("B.1", "产生二维码接口", "生成二维码", Generation, "/api/v1/qrcode/generate"),
            Row("B.2", "用户标签信息查询接口", "获取一码通用户的标签信息数据", Generation, "/api/v1/user/tags"),
            Row("B.3", "渠道二维码接口", "一码通用户渠道请求二维码", Generation, "/api/v1/channel/qrcode"),
            Row("B.4", "解码能力接口", "一码通用户提供解码能力接口", Decoding, "/api/v1/qrcode/decode"),
            Row("B.5", "第三方授权接口", "一码通用户第三方授权接口", Authorisation, "/api/v1/oauth/authorize"),
        },
    };

    public override Task<ListServicesResponse> ListServices(ListServicesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListServicesResponse
        {
            Code = PyCodes.Success.Code,
            Msg = PyCodes.Success.Message,
            Response = Catalog,
        });

    private static ServiceInterface Row(
        string clause, string name, string description, string type, string path) => new()
        {
            Clause = clause,
            Name = name,
            Description = description,
            Type = type,
            Method = "POST",
            Path = path,
        };
}
