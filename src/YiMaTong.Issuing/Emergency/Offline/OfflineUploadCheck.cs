using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Text;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Issuing.Minting;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Who uploads.</summary>
/// <param name="MerchantId">The merchant.</param>
/// <param name="MacId">The device.</param>
/// <param name="SingleUse">Whether the merchant's scene lets a code in once.</param>
internal sealed record OfflineUploader(string MerchantId, string MacId, bool SingleUse);

/// <summary>
/// Checks who uploads, as decode checks who opens a session: the merchant, the time, the signature, then the device,
/// which is told only to those who proved to be its merchant. A run that is sent again as it is passes again: that is
/// how a gate retries. Thread-safe.
/// </summary>
internal sealed class OfflineUploadCheck(IDbContextFactory<IssuingDbContext> contexts, TimeProvider time)
{
    /// <summary>Longest run in bytes.</summary>
    public const int PayloadMax = 256 << 10;

    private const int IdMax = 64;
    private const int SignMax = 1400;
    private const double UploadsPerSecond = 50;
    private const int UploadsBurst = 500;
    private const double CallsPerSecond = 200;
    private const int CallsBurst = 1_000;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(300);

    // By merchant, after the signature: nobody uses up another one's share.
    private readonly KeyedLimiter _limiter = new(UploadsPerSecond, UploadsBurst, time);

    // By address, before anything is looked at: a stranger's signature costs as much as a merchant's. The share is that
    // of ten thousand gates behind one address that come back together.
    private readonly KeyedLimiter _addresses = new(CallsPerSecond, CallsBurst, time);

    /// <summary>Checks; the uploader is null on failure.</summary>
    /// <param name="request">What was sent.</param>
    /// <param name="network">Number of the address that it came from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(Outcome Outcome, OfflineUploader? Uploader)> CheckAsync(
        UploadOfflineScansRequest request, ulong network, CancellationToken cancellationToken)
    {
        if (!_addresses.TryTake((long)network))
        {
            return (PyCodes.TooManyRequests, null);
        }

        if (CheckFields(request) is { IsOk: false } fault)
        {
            return (fault, null);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from merchant in db.Merchants.AsNoTracking()
            join scene in db.Scenes.AsNoTracking() on merchant.SceneId equals scene.SceneId
            where merchant.MerchantId == request.MerchantId && merchant.Active
            select new { Merchant = merchant, scene.SingleUse }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return (PyCodes.MerchantUnknown, null);
        }

        if (!WireTime.TryParseCompact(request.Time, out var signedAt)
            || (time.GetUtcNow() - signedAt).Duration() > Window)
        {
            return (PyCodes.TimeOutsideWindow, null);
        }

        if (!Verify(request, found.Merchant))
        {
            return (PyCodes.BadSignature, null);
        }

        if (!await db.Devices.AsNoTracking().AnyAsync(
            device => device.MacId == request.MacId && device.MerchantId == request.MerchantId && device.Active,
            cancellationToken))
        {
            return (PyCodes.DeviceUnknown, null);
        }

        return _limiter.TryTake(string.GetHashCode(request.MerchantId, StringComparison.Ordinal))
            ? (Outcome.Ok, new OfflineUploader(request.MerchantId, request.MacId, found.SingleUse))
            : (PyCodes.TooManyRequests, null);
    }

    private static Outcome CheckFields(UploadOfflineScansRequest request)
    {
        var check = new FieldCheck();
        check.Require("merchantId", request.MerchantId.Length is > 0 and <= IdMax);
        check.Require("macId", request.MacId.Length is > 0 and <= IdMax);
        check.Require("time", WireTime.TryParseCompact(request.Time, out _));
        check.Require(
            "sign", request.Sign.Length is > 0 and <= SignMax && StrictBase64.DecodedLength(request.Sign) > 0);
        check.Require("payload", request.Payload.Length is > 0 and <= PayloadMax);
        return check.Outcome;
    }

    private static bool Verify(UploadOfflineScansRequest request, Merchant merchant)
    {
        var content = CanonicalFields.ToBytes(
            ("digest", Convert.ToBase64String(SHA256.HashData(request.Payload.Span))), ("macId", request.MacId),
            ("merchantId", request.MerchantId), ("time", request.Time));
        return Verify(merchant.SignatureProfile, merchant.PublicKeyPem, content, request.Sign)
            || (merchant.NextPublicKeyPem is { } next
                && Verify(merchant.SignatureProfile, next, content, request.Sign));
    }

    private static bool Verify(SignatureProfile profile, string pem, byte[] content, string sign)
    {
        // Registration checked the key: one that cannot be read verifies nothing.
        if (!SignatureVerifier.TryCreate(profile, pem.AsSpan(), out var verifier, out _))
        {
            return false;
        }

        using (verifier)
        {
            return verifier.VerifyBase64(content, sign);
        }
    }
}
