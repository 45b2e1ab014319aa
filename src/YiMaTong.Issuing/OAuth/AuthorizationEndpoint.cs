using Grpc.Core;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Issuing.V1;

namespace YiMaTong.Issuing.OAuth;

/// <summary>B.5, 第三方授权接口: the envelope around <see cref="AppExchange"/>.</summary>
internal sealed class AuthorizationEndpoint(AppExchange exchange, TimeProvider time)
    : AuthorizationService.AuthorizationServiceBase
{
    public override async Task<AuthorizeResponse> Authorize(AuthorizeRequest request, ServerCallContext context)
    {
        var result = await exchange.RunAsync(request, context.CancellationToken);
        var response = new AuthorizeResponse { Code = result.Outcome.Code.Code, Msg = result.Outcome.Message };
        if (result.Grant is { } grant)
        {
            grant.ServerTime = WireTime.ServerTime(time.GetUtcNow());
            response.Response = grant;
        }

        return response;
    }
}
