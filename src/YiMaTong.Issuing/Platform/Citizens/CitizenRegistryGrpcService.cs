using Grpc.Core;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;

namespace YiMaTong.Issuing.Platform;

/// <summary>What data sources say of citizens. It takes in and never reads back. Thread-safe.</summary>
internal sealed class CitizenRegistryGrpcService(
    PlatformCall call, ChangeWriter writer, CitizenPuts puts, TimeProvider time)
    : CitizenRegistryService.CitizenRegistryServiceBase
{
    public override Task<PutCitizenResponse> PutCitizen(PutCitizenRequest request, ServerCallContext context) =>
        call.RunAsync<PutCitizenResponse>(context, async (reply, cancellationToken) =>
        {
            if (!CitizenIdentity.TryCreate(
                    request.IdType, request.IdNumber, request.Name, request.Phone, nameRequired: false,
                    time.GetUtcNow(), out var identity, out var field))
            {
                return Outcome.BadParameter(field!);
            }

            var form = request.Attributes ?? new CitizenAttributes();
            var check = new FieldCheck();
            check.Require("state", request.State is >= Contracts.Platform.V1.CitizenState.Unspecified
                and <= Contracts.Platform.V1.CitizenState.Closed);
            var packed = SubjectAttributes.TryPack(
                form.TalentLevel, form.Veteran, form.Disabled, form.Student, form.Senior, form.PractitionerMark,
                out var attributes, out var fault);
            check.Require($"attributes.{fault}", packed);
            check.Require("tagNumbers", TagNumbers.TryToBits(request.TagNumbers, out var tags));
            if (check.Outcome is { IsOk: false } refusal)
            {
                return refusal;
            }

            var put = new CitizenPut(identity!, request.RealNameVerified, StateOf(request.State), attributes, tags);
            var (outcome, revision) = await writer.TryWriteAsync(
                unit => puts.Put(unit, put, cancellationToken), cancellationToken);
            reply.Response = outcome.IsOk ? new Accepted { Revision = revision } : null;
            return outcome;
        });

    private static Storage.CitizenState StateOf(Contracts.Platform.V1.CitizenState state) => state switch
    {
        Contracts.Platform.V1.CitizenState.Frozen => Storage.CitizenState.Frozen,
        Contracts.Platform.V1.CitizenState.Closed => Storage.CitizenState.Closed,
        _ => Storage.CitizenState.Active,
    };
}
