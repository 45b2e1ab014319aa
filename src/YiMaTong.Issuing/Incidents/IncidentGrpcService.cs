using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Sms;

namespace YiMaTong.Issuing.Incidents;

/// <summary>Incidents by hand: what operators declare, alter and close. Thread-safe.</summary>
internal sealed class IncidentGrpcService(
    PlatformCall call, IncidentDesk desk, IncidentBoard board, IOptions<SmsOptions> sms)
    : IncidentService.IncidentServiceBase
{
    // Published all the same, but neither file nor database took it.
    private static readonly Outcome NotKept = new(PyCodes.Busy, "published, not stored yet");

    public override Task<DeclareIncidentResponse> DeclareIncident(
        DeclareIncidentRequest request, ServerCallContext context) =>
        call.RunAsync<DeclareIncidentResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Incident is not { } form)
            {
                return Outcome.BadParameter("incident");
            }

            var (outcome, read) = IncidentForm.Read(form, board.Find(form.IncidentId));
            if (read is null)
            {
                return outcome;
            }

            if (form.Sms && sms.Value.Mode == SmsOptions.None)
            {
                return Outcome.BadParameter("sms: no gateway is set");
            }

            var (incident, kept) = await desk.DeclareAsync(read, cancellationToken);
            if (incident is null)
            {
                return new Outcome(PyCodes.RuleForbids, "incidentId: closed");
            }

            reply.Response = kept ? IncidentForm.Write(incident) : null;
            return kept ? Outcome.Ok : NotKept;
        });

    public override Task<CloseIncidentResponse> CloseIncident(
        CloseIncidentRequest request, ServerCallContext context) =>
        call.RunAsync<CloseIncidentResponse>(context, async (reply, cancellationToken) =>
        {
            if (!Fields.IsId(request.IncidentId, Fields.LowerId, IncidentForm.IdMax))
            {
                return Outcome.BadParameter("incidentId");
            }

            var (incident, kept) = await desk.CloseAsync(request.IncidentId, cancellationToken);
            if (incident is null)
            {
                return Outcome.BadParameter("incidentId");
            }

            reply.Response = kept ? IncidentForm.Write(incident) : null;
            return kept ? Outcome.Ok : NotKept;
        });

    public override Task<ListIncidentsResponse> ListIncidents(
        ListIncidentsRequest request, ServerCallContext context) =>
        call.RunAsync<ListIncidentsResponse>(context, (reply, _) =>
        {
            reply.Response.AddRange(board.All.Select(IncidentForm.Write));
            return Task.FromResult(Outcome.Ok);
        });
}
