using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Citizens;

/// <summary>What a citizen does for themselves: the envelopes around <see cref="CitizenActs"/>.</summary>
internal sealed class CitizenEndpoint(CitizenAuthenticator authenticator, CitizenSessions sessions, CitizenActs acts)
    : CitizenService.CitizenServiceBase
{
    public override async Task<AuthenticateResponse> Authenticate(
        AuthenticateRequest request, ServerCallContext context)
    {
        var (outcome, session) = await authenticator.RunAsync(request, context.CancellationToken);
        return new AuthenticateResponse { Code = outcome.Code.Code, Msg = outcome.Message, Response = session };
    }

    public override async Task<ClaimCodeResponse> ClaimCode(ClaimCodeRequest request, ServerCallContext context)
    {
        var (outcome, accepted) = await Act(
            context, (session, token) => acts.ClaimAsync(session.CitizenId, request, token));
        return new ClaimCodeResponse { Code = outcome.Code.Code, Msg = outcome.Message, Response = accepted };
    }

    public override async Task<GrantConsentResponse> GrantConsent(
        GrantConsentRequest request, ServerCallContext context)
    {
        var (outcome, accepted) = await Act(
            context, (session, token) => acts.GrantAsync(session.CitizenId, request, token));
        return new GrantConsentResponse { Code = outcome.Code.Code, Msg = outcome.Message, Response = accepted };
    }

    public override async Task<WithdrawConsentResponse> WithdrawConsent(
        WithdrawConsentRequest request, ServerCallContext context)
    {
        var (outcome, accepted) = await Act(
            context, (session, token) => acts.WithdrawAsync(session.CitizenId, request.AppId, token));
        return new WithdrawConsentResponse { Code = outcome.Code.Code, Msg = outcome.Message, Response = accepted };
    }

    public override async Task<ListConsentsResponse> ListConsents(
        ListConsentsRequest request, ServerCallContext context)
    {
        if (await Session(context) is not { } session)
        {
            return new ListConsentsResponse { Code = PyCodes.InvalidToken.Code, Msg = PyCodes.InvalidToken.Message };
        }

        var response = new ListConsentsResponse { Code = PyCodes.Success.Code, Msg = PyCodes.Success.Message };
        foreach (var (entry, appId) in await acts.ListAsync(session.CitizenId, context.CancellationToken))
        {
            response.Response.Add(new Contracts.Issuing.V1.Consent
            {
                AppId = appId,
                Scopes = { entry.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries) },
                SceneKinds = { ClaimScope.Letters(entry.SceneKinds) },
                GrantedAt = entry.GrantedAt.ToTimestamp(),
                Until = entry.Until?.ToTimestamp(),
                EndedAt = entry.EndedAt?.ToTimestamp(),
            });
        }

        return response;
    }

    public override async Task<RevokeCodesResponse> RevokeCodes(RevokeCodesRequest request, ServerCallContext context)
    {
        var (outcome, accepted) = await Act(
            context, (session, token) => acts.RevokeCodesAsync(session.CitizenId, token));
        return new RevokeCodesResponse { Code = outcome.Code.Code, Msg = outcome.Message, Response = accepted };
    }

    private async Task<(Outcome Outcome, Accepted? Accepted)> Act(
        ServerCallContext context,
        Func<CitizenSessionRow, CancellationToken, Task<(Outcome Outcome, long Revision)>> act)
    {
        if (await Session(context) is not { } session)
        {
            return (PyCodes.InvalidToken, null);
        }

        var (outcome, revision) = await act(session, context.CancellationToken);
        return (outcome, outcome.IsOk ? new Accepted { Revision = (ulong)revision } : null);
    }

    private Task<CitizenSessionRow?> Session(ServerCallContext context) => sessions.FindAsync(
        CitizenSessions.BearerOf(context.RequestHeaders.GetValue("authorization")), context.CancellationToken);
}
