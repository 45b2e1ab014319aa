using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace YiMaTong.Issuing.OAuth;

/// <summary>How an exchange went.</summary>
/// <param name="Outcome">The return code.</param>
/// <param name="Grant">The tokens; null on failure.</param>
internal readonly record struct ExchangeResult(Outcome Outcome, AccessGrant? Grant = null)
{
    public static implicit operator ExchangeResult(Outcome outcome) => new(outcome);

    public static implicit operator ExchangeResult(PyCode code) => new(code);
}

/// <summary>
/// Exchanges a code or a refresh token for an app (B.5). The exchange itself is the OAuth server's; what is added is
/// the app's signature and the precise return code. One per request.
/// </summary>
internal sealed class AppExchange(
    IssuingDbContext db, GrantInspector inspector, TokenDesk desk, AppSignature signature)
{
    private const int TokenMaxLength = 512;

    /// <summary>Runs it: cheap checks first, the signature after them, the exchange last.</summary>
    public async Task<ExchangeResult> RunAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var refresh = request.GrantType == GrantTypes.RefreshToken;
        if (FaultIn(request, refresh) is { } field)
        {
            return Outcome.BadParameter(field);
        }

        if (!ScopeNames.TryParse(request.Scope, out _))
        {
            return PyCodes.ScopeInvalid;
        }

        var appId = request.AppId;
        var channel = await db.Channels.AsNoTracking()
            .SingleOrDefaultAsync(row => row.AppId == appId, cancellationToken);
        if (channel is not { Active: true })
        {
            return channel is null ? PyCodes.AppUnknown : PyCodes.AppDisabled;
        }

        var signed = signature.Check(channel, request);
        if (!signed.IsOk)
        {
            return signed;
        }

        return refresh
            ? await Refresh(request, cancellationToken)
            : await Redeem(request, cancellationToken);
    }

    private static string? FaultIn(AuthorizeRequest request, bool refresh)
    {
        var check = new FieldCheck();
        check.Require("appId", Fields.IsId(request.AppId, Fields.LowerId, 64));
        check.Require("grantType", refresh || request.GrantType is "" or GrantTypes.AuthorizationCode);
        check.Require("code", refresh ? request.Code.Length == 0 : request.Code.Length is > 0 and <= TokenMaxLength);
        check.Require(
            "refreshToken",
            refresh ? request.RefreshToken.Length is > 0 and <= TokenMaxLength : request.RefreshToken.Length == 0);
        check.Require("scope", request.Scope.Length == 0 || (refresh && request.Scope.Length <= 256));
        check.Require(
            "codeVerifier", request.CodeVerifier.Length == 0 || (!refresh && IsVerifier(request.CodeVerifier)));
        return check.Fault;
    }

    // RFC 7636, section 4.1: 43 to 128 unreserved characters.
    private static bool IsVerifier(string text) => text.Length is >= 43 and <= 128
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~');

    private async Task<ExchangeResult> Redeem(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var state = await inspector.InspectAsync(
            request.Code, TokenTypeIdentifiers.Private.AuthorizationCode, request.AppId, cancellationToken);
        if (state != GrantState.Usable)
        {
            return CodeRefusal(state);
        }

        if (await desk.ReadCodeAsync(request.Code, cancellationToken) is not { } code)
        {
            return PyCodes.AuthorisationCodeInvalid;
        }

        var challenged = !string.IsNullOrEmpty(code.GetClaim(Claims.Private.CodeChallenge));
        if (challenged != request.CodeVerifier.Length > 0)
        {
            return Outcome.BadParameter("codeVerifier");
        }

        // The tables have no field for the redirect address, which the protocol wants repeated. It is taken from the
        // code: the binding protects against a code injected at a client, and here the app is checked by its own means.
        var done = await desk.ExchangeAsync(
            new OpenIddictRequest
            {
                GrantType = GrantTypes.AuthorizationCode,
                ClientId = request.AppId,
                Code = request.Code,
                CodeVerifier = request.CodeVerifier.Length == 0 ? null : request.CodeVerifier,
                RedirectUri = code.GetClaim(Claims.Private.RedirectUri),
            },
            cancellationToken);
        if (Granted(done, request) is { } grant)
        {
            return new(Outcome.Ok, grant);
        }

        // Two exchanges of one code may pass the look above together; the loser learns here that it came second.
        return done.Refusal ?? CodeRefusal(await inspector.InspectAsync(
            request.Code, TokenTypeIdentifiers.Private.AuthorizationCode, request.AppId, cancellationToken));
    }

    private async Task<ExchangeResult> Refresh(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var state = await inspector.InspectAsync(
            request.RefreshToken, TokenTypeIdentifiers.RefreshToken, request.AppId, cancellationToken);
        if (state != GrantState.Usable)
        {
            return PyCodes.RefreshTokenInvalid;
        }

        var done = await desk.ExchangeAsync(
            new OpenIddictRequest
            {
                GrantType = GrantTypes.RefreshToken,
                ClientId = request.AppId,
                RefreshToken = request.RefreshToken,
                Scope = request.Scope.Length == 0 ? null : request.Scope,
            },
            cancellationToken);
        if (Granted(done, request) is { } grant)
        {
            return new(Outcome.Ok, grant);
        }

        return done.Refusal
            ?? (done.Response?.Error == Errors.InvalidScope || request.Scope.Length > 0
                ? PyCodes.ScopeInvalid
                : PyCodes.RefreshTokenInvalid);
    }

    private static AccessGrant? Granted(DeskRequest done, AuthorizeRequest request) =>
        done is { Response: { Error: null, AccessToken: { } accessToken } response, Grant: { } grant }
            ? new AccessGrant
            {
                AccessToken = accessToken,
                ExpiresIn = (int)(response.ExpiresIn ?? 0),
                RefreshToken = response.RefreshToken ?? "",
                OpenId = grant.GetClaim(Claims.Subject) ?? "",
                Scope = request.Scope.Length > 0 ? request.Scope : string.Join(' ', grant.GetScopes()),
            }
            : null;

    private static PyCode CodeRefusal(GrantState state) => state switch
    {
        GrantState.OfAnotherApp => PyCodes.AuthorisationCodeOfAnotherApp,
        GrantState.Expired => PyCodes.AuthorisationCodeExpired,
        GrantState.Used => PyCodes.AuthorisationCodeReused,
        _ => PyCodes.AuthorisationCodeInvalid,
    };
}
