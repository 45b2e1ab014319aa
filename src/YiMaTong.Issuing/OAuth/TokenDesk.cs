using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using YiMaTong.Codes.Returns;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace YiMaTong.Issuing.OAuth;

/// <summary>What is known of a token request that came from this process and not over HTTP.</summary>
internal sealed class DeskRequest
{
    /// <summary>Where the transaction keeps it.</summary>
    public const string Property = "yimatong:desk";

    /// <summary>Why the product, not the protocol, refused; null where it did not.</summary>
    public PyCode? Refusal { get; set; }

    /// <summary>The grant that was exchanged.</summary>
    public ClaimsPrincipal? Grant { get; set; }

    /// <summary>The answer; null while there is none.</summary>
    public OpenIddictResponse? Response { get; set; }

    /// <summary>Reads it off a transaction; null for a request that came over HTTP.</summary>
    public static DeskRequest? Of(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(Property, out var value) ? value as DeskRequest : null;
}

/// <summary>
/// The token endpoint for callers inside the process: the same handlers in the same order as behind /oauth2/token,
/// without a socket between. One per request.
/// </summary>
internal sealed class TokenDesk(IOpenIddictServerFactory factory, IOpenIddictServerDispatcher dispatcher)
{
    private const string Path = "oauth2/token";

    /// <summary>Puts a request to the token endpoint.</summary>
    public async Task<DeskRequest> ExchangeAsync(OpenIddictRequest request, CancellationToken cancellationToken)
    {
        var transaction = await Begin(cancellationToken);
        var desk = new DeskRequest();
        transaction.Request = request;
        transaction.RequestUri = new Uri(transaction.BaseUri!, Path);
        transaction.Properties[DeskRequest.Property] = desk;
        var context = new ProcessRequestContext(transaction);
        await dispatcher.DispatchAsync(context);
        if (context.IsRejected)
        {
            desk.Response = new OpenIddictResponse { Error = context.Error ?? Errors.InvalidRequest };
        }

        return desk;
    }

    /// <summary>Reads what an authorisation code is bound to; null for whatever is no live code.</summary>
    public async Task<ClaimsPrincipal?> ReadCodeAsync(string code, CancellationToken cancellationToken)
    {
        var context = new ValidateTokenContext(await Begin(cancellationToken))
        {
            Token = code,
            ValidTokenTypes = { TokenTypeIdentifiers.Private.AuthorizationCode },
        };
        await dispatcher.DispatchAsync(context);
        return context.IsRejected ? null : context.Principal;
    }

    private async Task<OpenIddictServerTransaction> Begin(CancellationToken cancellationToken)
    {
        var transaction = await factory.CreateTransactionAsync();
        transaction.CancellationToken = cancellationToken;
        transaction.BaseUri = transaction.Options.Issuer;
        return transaction;
    }
}

/// <summary>Hands the token endpoint's answer to the caller inside the process.</summary>
internal sealed class DeskAnswer : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (DeskRequest.Of(context.Transaction) is { } desk)
        {
            desk.Response = context.Response;
            context.HandleRequest();
        }

        return ValueTask.CompletedTask;
    }
}
