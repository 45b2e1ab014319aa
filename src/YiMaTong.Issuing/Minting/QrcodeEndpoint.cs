using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Contracts.Common.V1;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Minting;

/// <summary>B.1, B.2 and B.3: the envelopes around minting and tags.</summary>
internal sealed class QrcodeEndpoint(CodeShower shower, GrantReader grants, IssuingDbContext db)
    : QrcodeService.QrcodeServiceBase
{
    public override async Task<GenerateQrcodeResponse> GenerateQrcode(
        GenerateQrcodeRequest request, ServerCallContext context)
    {
        var (outcome, code) = await shower.ShowAsync(
            new(
                ChannelKind.Platform, request.AccessToken, request.Latitude, request.Longitude, request.IsImage,
                request.QrcodeType),
            context.CancellationToken);
        return new GenerateQrcodeResponse
        {
            Code = outcome.Code.Code,
            Msg = outcome.Message,
            Response = code is null ? null : WithoutIdentity(code),
        };
    }

    public override async Task<ListUserTagsResponse> ListUserTags(
        ListUserTagsRequest request, ServerCallContext context)
    {
        var (outcome, grant) = await grants.ReadAsync(request.AccessToken, context.CancellationToken);
        if (grant is not null)
        {
            outcome = grants.Judge(grant, GrantScopes.Tags);
        }

        var response = new ListUserTagsResponse { Code = outcome.Code.Code, Msg = outcome.Message };
        if (outcome.IsOk)
        {
            await AddTags(response, grant!.Standing.Citizen.Tags, context.CancellationToken);
        }

        return response;
    }

    public override async Task<GenerateChannelQrcodeResponse> GenerateChannelQrcode(
        GenerateChannelQrcodeRequest request, ServerCallContext context)
    {
        var (outcome, code) = await shower.ShowAsync(
            new(
                ChannelKind.Channel, request.AccessToken, request.Latitude, request.Longitude, request.IsImage,
                request.QrcodeType),
            context.CancellationToken);
        return new GenerateChannelQrcodeResponse { Code = outcome.Code.Code, Msg = outcome.Message, Response = code };
    }

    private async Task AddTags(ListUserTagsResponse response, ulong held, CancellationToken cancellationToken)
    {
        if (held == 0)
        {
            return;
        }

        // The catalogue has 64 rows at most, so it is read whole and picked from.
        var catalogue = await db.Tags.AsNoTracking()
            .Where(tag => tag.Active)
            .OrderBy(tag => tag.Number)
            .ToListAsync(cancellationToken);
        foreach (var tag in catalogue.Where(tag => (held & (1UL << (tag.Number - 1))) != 0))
        {
            response.Response.Add(new Tag
            {
                Icon = tag.Icon,
                No = tag.Number,
                Text = tag.Text,
                BackgroundColor = tag.BackgroundColor,
                FontColor = tag.FontColor,
            });
        }
    }

    private static Qrcode WithoutIdentity(ChannelQrcode code)
    {
        var answer = new Qrcode
        {
            QrcodeType = code.QrcodeType,
            ServerTime = code.ServerTime,
            ConcealName = code.ConcealName,
            ConcealCard = code.ConcealCard,
            Qrcode_ = code.Qrcode,
            ExpireTime = code.ExpireTime,
            RefreshAfter = code.RefreshAfter,
        };
        if (code.HasQrcodeBase64)
        {
            answer.QrcodeBase64 = code.QrcodeBase64;
        }

        return answer;
    }
}
