using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Integration.Tests.Rotation;

/// <summary>The operator of the platform's own keys: rotates them, revokes those that are long out of use.</summary>
/// <param name="issuing">The way to issuing.</param>
/// <param name="operators">The operator's token.</param>
internal sealed class PlatformKeys(GrpcChannel issuing, Metadata operators)
{
    // A code lives for a minute; a phone has another emergency code every two seconds.
    private static readonly TimeSpan CodeKeyRest = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan SignerRest = TimeSpan.FromSeconds(15);

    private readonly CodeKeyService.CodeKeyServiceClient _codeKeys = new(issuing);
    private readonly EmergencyKeyService.EmergencyKeyServiceClient _signers = new(issuing);

    /// <summary>Rotates the key of online codes.</summary>
    public async Task RotateCodeKeyAsync()
    {
        var rotated = await _codeKeys.RotateCodeKeyAsync(
            new RotateCodeKeyRequest(), operators, cancellationToken: Stop);
        Accept(rotated.Code);
        var now = DateTimeOffset.UtcNow;
        foreach (var key in (await CodeKeysAsync()).Where(
            key => !key.Revoked && key.MintUntil?.ToDateTimeOffset() < now - CodeKeyRest))
        {
            var revoked = await _codeKeys.RevokeCodeKeyAsync(
                new RevokeCodeKeyRequest { KeyId = key.KeyId }, operators, cancellationToken: Stop);
            Accept(revoked.Code);
        }
    }

    /// <summary>Rotates a signer of emergency codes or of the documents behind them.</summary>
    public async Task RotateSignerAsync(EmergencyKeyRole role)
    {
        var rotated = await _signers.RotateEmergencyKeyAsync(
            new RotateEmergencyKeyRequest { Role = role }, operators, cancellationToken: Stop);
        Accept(rotated.Code);
        var keys = (await SignersAsync()).Where(key => key.Role == role && key.RevokedAt is null).ToList();
        var signing = keys.Single(key => key.Signing);
        var over = DateTimeOffset.UtcNow - SignerRest;
        if (signing.NotBefore.ToDateTimeOffset() < over)
        {
            foreach (var key in keys.Where(key => key.NotBefore < signing.NotBefore))
            {
                var revoked = await _signers.RevokeEmergencyKeyAsync(
                    new RevokeEmergencyKeyRequest { KeyId = key.KeyId }, operators, cancellationToken: Stop);
                Accept(revoked.Code);
            }
        }
    }

    /// <summary>Keys of online codes that have minted.</summary>
    public async Task<int> CodeKeysUsedAsync() =>
        (await CodeKeysAsync()).Count(key => key.MintFrom <= Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow));

    private async Task<IReadOnlyList<CodeKeyInfo>> CodeKeysAsync()
    {
        var listed = await _codeKeys.ListCodeKeysAsync(new ListCodeKeysRequest(), operators, cancellationToken: Stop);
        Accept(listed.Code);
        return listed.Response;
    }

    private async Task<IReadOnlyList<EmergencyKey>> SignersAsync()
    {
        var listed = await _signers.ListEmergencyKeysAsync(
            new ListEmergencyKeysRequest(), operators, cancellationToken: Stop);
        Accept(listed.Code);
        return listed.Response;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static void Accept(string code) => Assert.Equal("PY0000", code);
}
