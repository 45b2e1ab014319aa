using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Standard;

/// <summary>
/// Reads B.4's input where it is as plain as nearly all are: one flat object of the standard's names, each at most
/// once, with texts for values. Says nothing of what is wrong with others. Thread-safe.
/// </summary>
internal static class StandardJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1 };

    /// <summary>Reads a body.</summary>
    /// <param name="body">Any bytes.</param>
    /// <param name="request">What JSON transcoding would read.</param>
    /// <returns>False for whatever is not plain, be it right or wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out DecodeQrcodeRequest? request)
    {
        request = null;
        if (!Utf8.IsValid(body))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(body, Options);
            var read = new DecodeQrcodeRequest();
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !TryReadFields(ref reader, read)
                || reader.Read())
            {
                return false;
            }

            request = read;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryReadFields(ref Utf8JsonReader reader, DecodeQrcodeRequest request)
    {
        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader);
            if (field == 0 || (seen & (1 << field)) != 0 || !reader.Read() || !TryReadText(ref reader, out var text))
            {
                return false;
            }

            seen |= 1 << field;
            Set(request, field, text);
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private static int FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? 0
        : reader.ValueTextEquals("merchantId"u8) ? DecodeQrcodeRequest.MerchantIdFieldNumber
        : reader.ValueTextEquals("time"u8) ? DecodeQrcodeRequest.TimeFieldNumber
        : reader.ValueTextEquals("sign"u8) ? DecodeQrcodeRequest.SignFieldNumber
        : reader.ValueTextEquals("qrcod"u8) ? DecodeQrcodeRequest.QrcodFieldNumber
        : reader.ValueTextEquals("macId"u8) ? DecodeQrcodeRequest.MacIdFieldNumber
        : reader.ValueTextEquals("qrcode"u8) ? DecodeQrcodeRequest.QrcodeFieldNumber
        : 0;

    // Of escapes, those by number may make no text at all. The others are common: PHP writes "/" as "\/".
    private static bool TryReadText(ref Utf8JsonReader reader, out string text)
    {
        var isPlain = reader.TokenType == JsonTokenType.String
            && !(reader.ValueIsEscaped && reader.ValueSpan.IndexOf("\\u"u8) >= 0);
        text = isPlain ? reader.GetString()! : "";
        return isPlain;
    }

    private static void Set(DecodeQrcodeRequest request, int field, string text)
    {
        switch (field)
        {
            case DecodeQrcodeRequest.MerchantIdFieldNumber:
                request.MerchantId = text;
                break;
            case DecodeQrcodeRequest.TimeFieldNumber:
                request.Time = text;
                break;
            case DecodeQrcodeRequest.SignFieldNumber:
                request.Sign = text;
                break;
            case DecodeQrcodeRequest.QrcodFieldNumber:
                request.Qrcod = text;
                break;
            case DecodeQrcodeRequest.MacIdFieldNumber:
                request.MacId = text;
                break;
            default:
                request.Qrcode = text;
                break;
        }
    }
}
