using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Declarations by operators: published first, kept second. Thread-safe.</summary>
internal sealed class EmergencyGrpcService(
    PlatformCall call, DeclarationBook declarations, TrustPublisher publisher, DeclarationNotices notices,
    TimeProvider time) : EmergencyService.EmergencyServiceBase
{
    private static readonly Outcome NotKept = new(PyCodes.Busy, "published, not stored yet");

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

            var (record, kept) = declarations.Put(read);
            if (record is null)
            {
                return new Outcome(PyCodes.RuleForbids, "emergencyId: over, or too many are not");
            }

            publisher.ShowDeclarations();
            await notices.ShowAsync(cancellationToken);
            reply.Response = kept ? DeclarationForm.Write(record) : null;
            return kept ? Outcome.Ok : NotKept;
        });

    public override Task<EndEmergencyResponse> EndEmergency(EndEmergencyRequest request, ServerCallContext context) =>
        call.RunAsync<EndEmergencyResponse>(context, async (reply, cancellationToken) =>
        {
            if (!Fields.IsId(request.EmergencyId, Fields.LowerId, DeclarationForm.IdMax))
            {
                return Outcome.BadParameter("emergencyId");
            }

            var (record, kept) = declarations.End(request.EmergencyId);
            if (record is null)
            {
                return Outcome.BadParameter("emergencyId");
            }

            publisher.ShowDeclarations();
            await notices.ShowAsync(cancellationToken);
            reply.Response = kept ? DeclarationForm.Write(record) : null;
            return kept ? Outcome.Ok : NotKept;
        });

    public override Task<ListEmergenciesResponse> ListEmergencies(
        ListEmergenciesRequest request, ServerCallContext context) =>
        call.RunAsync<ListEmergenciesResponse>(context, (reply, _) =>
        {
            reply.Response.AddRange(declarations.All.Select(DeclarationForm.Write));
            return Task.FromResult(Outcome.Ok);
        });
}
