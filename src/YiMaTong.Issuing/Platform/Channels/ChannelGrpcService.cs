using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Storage;
using Row = YiMaTong.Issuing.Storage.Channel;

namespace YiMaTong.Issuing.Platform;

/// <summary>The operators' register of apps, which the OAuth server's clients follow. Thread-safe.</summary>
internal sealed class ChannelGrpcService(
    PlatformCall call, ChangeWriter writer, IDbContextFactory<IssuingDbContext> contexts, IOAuthClientRegistry clients)
    : ChannelService.ChannelServiceBase
{
    // The number travels in two bytes of every code.
    private const int MaxId = ushort.MaxValue;

    public override Task<PutChannelResponse> PutChannel(PutChannelRequest request, ServerCallContext context) =>
        call.RunAsync<PutChannelResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Channel is not { } form)
            {
                return Outcome.BadParameter("channel");
            }

            if (ChannelForm.Check(form) is { IsOk: false } refusal)
            {
                return refusal;
            }

            Row? row = null;
            var (outcome, revision) = await writer.TryWriteAsync(
                async unit =>
                {
                    (row, var answer) = await Put(unit.Db, form, cancellationToken);
                    return answer;
                },
                cancellationToken);
            if (!outcome.IsOk)
            {
                return outcome;
            }

            // After the commit, and for an unchanged channel too: where the process dies in between, or the caller
            // goes, the next put mends the client.
            await clients.PutAsync(row!, cancellationToken);
            reply.Response = new Accepted { Revision = revision };
            return Outcome.Ok;
        });

    public override Task<ListChannelsResponse> ListChannels(ListChannelsRequest request, ServerCallContext context) =>
        call.RunAsync<ListChannelsResponse>(context, async (reply, cancellationToken) =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.Channels.AsNoTracking().OrderBy(row => row.AppId).ToListAsync(cancellationToken);
            reply.Response.AddRange(rows.Select(ChannelForm.Write));
            return Outcome.Ok;
        });

    private static async Task<(Row? Row, Outcome Outcome)> Put(
        IssuingDbContext db, Contracts.Platform.V1.Channel form, CancellationToken cancellationToken)
    {
        var row = await db.Channels.SingleOrDefaultAsync(channel => channel.AppId == form.AppId, cancellationToken);
        if (row is null)
        {
            var newest = await db.Channels.MaxAsync(channel => (int?)channel.Id, cancellationToken) ?? 0;
            if (newest >= MaxId)
            {
                return (null, PyCodes.RuleForbids);
            }

            row = new Row
            {
                Id = newest + 1,
                AppId = form.AppId,
                Name = "",
                Scopes = "",
                QrcodeTypes = "",
                RedirectUris = "",
            };
            db.Channels.Add(row);
        }

        ChannelForm.Read(form, row);
        return (row, Outcome.Ok);
    }
}
