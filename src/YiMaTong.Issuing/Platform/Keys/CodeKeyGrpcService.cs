using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>The ring of online codes' keys; material is never shown. Thread-safe.</summary>
internal sealed class CodeKeyGrpcService(
    PlatformCall call, ChangeWriter writer, CodeKeyMaker maker, IDbContextFactory<IssuingDbContext> contexts,
    IOptions<PlatformOptions> options, TimeProvider time, ILogger<CodeKeyGrpcService> log)
    : CodeKeyService.CodeKeyServiceBase
{
    // Within it a change is at every node with a line (goal P8): a code under the successor is not met before.
    private static readonly TimeSpan Handover = TimeSpan.FromMilliseconds(500);

    public override Task<RotateCodeKeyResponse> RotateCodeKey(
        RotateCodeKeyRequest request, ServerCallContext context) =>
        call.RunAsync<RotateCodeKeyResponse>(context, async (reply, cancellationToken) =>
        {
            CodeKeyRow? made = null;
            var revision = await writer.WriteAsync(
                async unit =>
                {
                    var mintFrom = time.GetUtcNow() + TimeSpan.FromSeconds(options.Value.CodeKeyAnnounceSeconds);
                    made = await maker.MakeAsync(unit, mintFrom, cancellationToken);
                },
                cancellationToken);
            if (made is null)
            {
                return PyCodes.RuleForbids;
            }

            log.CodeKeyMade(made.KeyId, made.MintFrom);
            reply.Response = new Accepted { Revision = (ulong)revision };
            return Outcome.Ok;
        });

    public override Task<RevokeCodeKeyResponse> RevokeCodeKey(
        RevokeCodeKeyRequest request, ServerCallContext context) =>
        call.RunAsync<RevokeCodeKeyResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.KeyId is < 1 or > CodeKeyMaker.MaxId)
            {
                return Outcome.BadParameter("keyId");
            }

            await HandOverAsync((int)request.KeyId, cancellationToken);
            var (found, successor) = (false, (CodeKeyRow?)null);
            var revision = await writer.WriteAsync(
                async unit => (found, successor) = await maker.RevokeAsync(unit, (int)request.KeyId, cancellationToken),
                cancellationToken);
            if (!found)
            {
                return Outcome.BadParameter("keyId");
            }

            log.CodeKeyRevoked((int)request.KeyId);
            if (successor is not null)
            {
                log.CodeKeyMade(successor.KeyId, successor.MintFrom);
            }

            reply.Response = new Accepted { Revision = (ulong)revision };
            return Outcome.Ok;
        });

    public override Task<ListCodeKeysResponse> ListCodeKeys(ListCodeKeysRequest request, ServerCallContext context) =>
        call.RunAsync<ListCodeKeysResponse>(context, async (reply, cancellationToken) =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.CodeKeys.AsNoTracking().ToListAsync(cancellationToken);
            reply.Response.AddRange(CodeKeyTimes.WithUntil(rows).Select(Show));
            return Outcome.Ok;
        });

    // The codes of the half second are void with all the others of that key.
    private async Task HandOverAsync(int keyId, CancellationToken cancellationToken)
    {
        CodeKeyRow? made = null;
        await writer.WriteAsync(
            async unit =>
            {
                var mintFrom = time.GetUtcNow() + Handover
                    + TimeSpan.FromSeconds(options.Value.CodeKeyAnnounceSeconds);
                made = await maker.MakeSuccessorAsync(unit, keyId, mintFrom, cancellationToken);
            },
            cancellationToken);
        if (made is not null)
        {
            log.CodeKeyMade(made.KeyId, made.MintFrom);
            await Task.Delay(Handover, time, cancellationToken);
        }
    }

    private static CodeKeyInfo Show((CodeKeyRow Key, DateTimeOffset? Until) entry) => new()
    {
        KeyId = (uint)entry.Key.KeyId,
        MintFrom = entry.Key.MintFrom.ToTimestamp(),
        MintUntil = entry.Until?.ToTimestamp(),
        Revoked = entry.Key.RevokedAt is not null,
    };
}
