using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Requests;

namespace YiMaTong.Decode.Standard;

/// <summary>Form and signed content of B.4's input. Thread-safe.</summary>
internal static class StandardRequest
{
    /// <summary>
    /// The field that is missing, malformed or oversized, by the standard's name; null where none is.
    /// </summary>
    public static string? BadField(DecodeQrcodeRequest request) =>
        !FieldLimits.Fits(request.MerchantId, FieldLimits.IdMax) ? "merchantId"
        : !FieldLimits.IsTime(request.Time) ? "time"
        : !FieldLimits.Fits(request.Sign, FieldLimits.SignMax) ? "sign"
        : BadCode(request) is { } code ? code
        : !FieldLimits.Fits(request.MacId, FieldLimits.IdMax) ? "macId"
        : null;

    /// <summary>The code's text under whichever spelling it came.</summary>
    public static string CodeOf(DecodeQrcodeRequest request) =>
        request.Qrcod.Length > 0 ? request.Qrcod : request.Qrcode;

    /// <summary>What the signature covers: the non-empty fields under the names that were sent.</summary>
    public static byte[] SignedContent(DecodeQrcodeRequest request) => CanonicalFields.ToBytes(
        ("macId", request.MacId),
        ("merchantId", request.MerchantId),
        ("qrcod", request.Qrcod),
        ("qrcode", request.Qrcode),
        ("time", request.Time));

    private static string? BadCode(DecodeQrcodeRequest request)
    {
        if (request.Qrcod.Length > 0 && request.Qrcode.Length > 0
            && !string.Equals(request.Qrcod, request.Qrcode, StringComparison.Ordinal))
        {
            return "qrcode";
        }

        return FieldLimits.Fits(CodeOf(request), FieldLimits.CodeMax) ? null
            : request.Qrcode.Length > 0 ? "qrcode"
            : "qrcod";
    }
}
