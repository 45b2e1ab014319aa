using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Incidents;
using WireKind = YiMaTong.Contracts.Common.V1.IncidentKind;

namespace YiMaTong.Issuing.Notices;

/// <summary>What anyone may read. Thread-safe.</summary>
internal sealed class NoticeEndpoint(NoticeBoard notices) : NoticeService.NoticeServiceBase
{
    public override Task<ListNoticesResponse> ListNotices(ListNoticesRequest request, ServerCallContext context)
    {
        // Over REST the entity tag is on its way already: the answer shows the very picture that it names.
        var view = context.GetHttpContext().Features.Get<NoticeView>() ?? notices.View;
        return Task.FromResult(new ListNoticesResponse
        {
            Code = PyCodes.Success.Code,
            Msg = PyCodes.Success.Message,
            Response = { view.Incidents.Select(Show) },
        });
    }

    private static Notice Show(Incident incident) => new()
    {
        Id = incident.Id,
        Kind = (WireKind)incident.Kind,
        Region = incident.Region,
        SceneKinds = { ClaimScope.Letters(incident.SceneKinds) },
        OpenedAt = incident.OpenedAt.ToTimestamp(),
        ClosedAt = incident.ClosedAt?.ToTimestamp(),
        TextZh = incident.TextZh,
        TextEn = incident.TextEn,
        EmergencyCode = incident.IsOpen,
    };
}
