using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>The operators' register of merchants and devices. Thread-safe.</summary>
internal sealed class MerchantGrpcService(
    PlatformCall call, ChangeWriter writer, MerchantPuts puts, IDbContextFactory<IssuingDbContext> contexts)
    : MerchantService.MerchantServiceBase
{
    public override Task<PutMerchantResponse> PutMerchant(PutMerchantRequest request, ServerCallContext context) =>
        call.RunAsync<PutMerchantResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Merchant is not { } form)
            {
                return Outcome.BadParameter("merchant");
            }

            if (MerchantForm.Check(form) is { IsOk: false } refusal)
            {
                return refusal;
            }

            (var outcome, reply.Response) = await WriteAsync(
                (db, accepted) => puts.PutMerchant(db, form, accepted, cancellationToken), cancellationToken);
            return outcome;
        });

    public override Task<MakeResponseKeyResponse> MakeResponseKey(
        MakeResponseKeyRequest request, ServerCallContext context) =>
        call.RunAsync<MakeResponseKeyResponse>(context, async (reply, cancellationToken) =>
        {
            (var outcome, reply.Response) = await WriteAsync(
                (db, accepted) => puts.MakeResponseKey(db, request.MerchantId, accepted, cancellationToken),
                cancellationToken);
            return outcome;
        });

    public override Task<UseResponseKeyResponse> UseResponseKey(
        UseResponseKeyRequest request, ServerCallContext context) =>
        call.RunAsync<UseResponseKeyResponse>(context, async (reply, cancellationToken) =>
        {
            (var outcome, reply.Response) = await WriteAsync(
                (db, accepted) => MerchantPuts.UseResponseKey(
                    db, request.MerchantId, request.ResponseKeyId, accepted, cancellationToken),
                cancellationToken);
            return outcome;
        });

    public override Task<ListMerchantsResponse> ListMerchants(
        ListMerchantsRequest request, ServerCallContext context) =>
        call.RunAsync<ListMerchantsResponse>(context, async (reply, cancellationToken) =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.Merchants.AsNoTracking().OrderBy(row => row.MerchantId).ToListAsync(cancellationToken);
            reply.Response.AddRange(rows.Select(MerchantForm.Write));
            return Outcome.Ok;
        });

    public override Task<PutDeviceResponse> PutDevice(PutDeviceRequest request, ServerCallContext context) =>
        call.RunAsync<PutDeviceResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Device is not { } form)
            {
                return Outcome.BadParameter("device");
            }

            if (MerchantForm.Check(form) is { IsOk: false } refusal)
            {
                return refusal;
            }

            var (outcome, revision) = await writer.TryWriteAsync(
                unit => MerchantPuts.PutDevice(unit.Db, form, cancellationToken), cancellationToken);
            reply.Response = outcome.IsOk ? new Accepted { Revision = revision } : null;
            return outcome;
        });

    public override Task<ListDevicesResponse> ListDevices(ListDevicesRequest request, ServerCallContext context) =>
        call.RunAsync<ListDevicesResponse>(context, async (reply, cancellationToken) =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.Devices.AsNoTracking().OrderBy(row => row.MacId).ToListAsync(cancellationToken);
            reply.Response.AddRange(rows.Select(MerchantForm.Write));
            return Outcome.Ok;
        });

    private async Task<(Outcome Outcome, MerchantAccepted? Accepted)> WriteAsync(
        Func<IssuingDbContext, MerchantAccepted, Task<Outcome>> put, CancellationToken cancellationToken)
    {
        var accepted = new MerchantAccepted();
        var (outcome, revision) = await writer.TryWriteAsync(unit => put(unit.Db, accepted), cancellationToken);
        accepted.Revision = revision;
        return (outcome, outcome.IsOk ? accepted : null);
    }
}
