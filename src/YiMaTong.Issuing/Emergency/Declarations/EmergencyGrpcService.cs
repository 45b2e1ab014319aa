using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Declarations by operators: published first, kept second. Thread-safe.</summary>
internal sealed class EmergencyGrpcService(
    PlatformCall call, DeclarationBook declarations, TrustPublisher publisher, DeclarationNotices notices,
    EmergencyDisk disk, TimeProvider time) : EmergencyService.EmergencyServiceBase
{
    public override Task<DeclareEmergencyResponse> DeclareEmergency(
        DeclareEmergencyRequest request, ServerCallContext context) =>
        call.RunAsync<DeclareEmergencyResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Emergency is not { } form)
            {
                return Outcome.BadParameter("emergency");
            }

            var now = (uint)time.GetUtcNow().ToUnixTimeSeconds();
            var (outcome, read) = DeclarationForm.Read(form, declarations.Find(form.EmergencyId), now);
            if (read is null)
            {
                return outcome;
            }

            if (declarations.Put(read) is not { } record)
            {
                return new Outcome(PyCodes.RuleForbids, "emergencyId: over, or too many are not");
            }

            publisher.ShowDeclarations();
            await notices.ShowAsync(cancellationToken);
            var stored = StoredOutcome.Of(await disk.SettleAsync(cancellationToken));
            reply.Response = stored.IsOk ? DeclarationForm.Write(record) : null;
            return stored;
        });

    public override Task<EndEmergencyResponse> EndEmergency(EndEmergencyRequest request, ServerCallContext context) =>
        call.RunAsync<EndEmergencyResponse>(context, async (reply, cancellationToken) =>
        {
            if (!Fields.IsId(request.EmergencyId, Fields.LowerId, DeclarationForm.IdMax))
            {
                return Outcome.BadParameter("emergencyId");
            }

            if (declarations.End(request.EmergencyId) is not { } record)
            {
                return Outcome.BadParameter("emergencyId");
            }

            publisher.ShowDeclarations();
            await notices.ShowAsync(cancellationToken);
            var stored = StoredOutcome.Of(await disk.SettleAsync(cancellationToken));
            reply.Response = stored.IsOk ? DeclarationForm.Write(record) : null;
            return stored;
        });

    public override Task<ListEmergenciesResponse> ListEmergencies(
        ListEmergenciesRequest request, ServerCallContext context) =>
        call.RunAsync<ListEmergenciesResponse>(context, (reply, _) =>
        {
            reply.Response.AddRange(declarations.All.Select(DeclarationForm.Write));
            return Task.FromResult(Outcome.Ok);
        });
}
