using System.Buffers;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;
using Wire = YiMaTong.Contracts.Platform.V1.EmergencyKey;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Rotation and revocation by operators. Thread-safe.</summary>
internal sealed class EmergencyKeyGrpcService(
    PlatformCall call, EmergencyKeyring keyring, TrustPublisher publisher, EmergencyDisk disk)
    : EmergencyKeyService.EmergencyKeyServiceBase
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public override Task<ListEmergencyKeysResponse> ListEmergencyKeys(
        ListEmergencyKeysRequest request, ServerCallContext context) =>
        call.RunAsync<ListEmergencyKeysResponse>(context, (reply, _) =>
        {
            reply.Response.AddRange(keyring.All.Select(Write));
            return Task.FromResult(Outcome.Ok);
        });

    public override Task<RotateEmergencyKeyResponse> RotateEmergencyKey(
        RotateEmergencyKeyRequest request, ServerCallContext context) =>
        call.RunAsync<RotateEmergencyKeyResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Role is not (EmergencyKeyRole.Codes or EmergencyKeyRole.Documents))
            {
                return Outcome.BadParameter("role");
            }

            // A disk that is behind would forget the new key: nothing is announced, the old one goes on.
            var behind = await disk.SettleAsync(cancellationToken);
            if (behind.Count > 0)
            {
                return new Outcome(PyCodes.Busy, $"not stored yet: {string.Join(", ", behind)}");
            }

            var uses = request.Role == EmergencyKeyRole.Codes ? KeyRecord.Codes : KeyRecord.Documents;
            if (keyring.Rotate(uses) is not { } record)
            {
                return new Outcome(PyCodes.RuleForbids, "the set is full");
            }

            publisher.ShowKeys();
            var outcome = StoredOutcome.Of(await disk.SettleAsync(cancellationToken));
            reply.Response = outcome.IsOk ? Write(record) : null;
            return outcome;
        });

    public override Task<RevokeEmergencyKeyResponse> RevokeEmergencyKey(
        RevokeEmergencyKeyRequest request, ServerCallContext context) =>
        call.RunAsync<RevokeEmergencyKeyResponse>(context, async (reply, cancellationToken) =>
        {
            if (!TryRead(request.KeyId, out var id) || keyring.Revoke(id) is not { } record)
            {
                return Outcome.BadParameter("keyId");
            }

            publisher.ShowKeys();
            var outcome = StoredOutcome.Of(await disk.SettleAsync(cancellationToken));
            reply.Response = outcome.IsOk ? Write(record) : null;
            return outcome;
        });

    private Wire Write(KeyRecord record) => new()
    {
        KeyId = record.Id.ToString(),
        Role = record.Uses == KeyRecord.Codes ? EmergencyKeyRole.Codes : EmergencyKeyRole.Documents,
        NotBefore = TimestampOf(record.NotBefore),
        NotAfter = TimestampOf(record.NotAfter),
        RevokedAt = record.RevokedAt is { } at ? TimestampOf(at) : null,
        Signing = keyring.Current(record.Uses)?.Id == record.Id,
    };

    private static Timestamp TimestampOf(uint second) => new() { Seconds = second };

    private static bool TryRead(string text, out EmergencyKeyId id)
    {
        uint value = 0;
        var whole = text.Length == 2 * EmergencyKeyId.Length && !text.AsSpan().ContainsAnyExcept(Hex)
            && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        id = new EmergencyKeyId(value);
        return whole;
    }
}
