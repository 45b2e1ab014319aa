using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using YiMaTong.Hosting.Envelope;

namespace YiMaTong.Hosting.Rest;

/// <summary>
/// Checks a JSON body against the message that it is meant for, before the transcoder reads it: JSON transcoding
/// answers a wrong type with its parser's text and takes the last of two equal names in silence. Unknown fields pass,
/// so that newer clients can call older servers. Thread-safe.
/// </summary>
internal static class BodyGuard
{
    private const int MaxDepth = 16;
    private const NumberStyles SignedDigits = NumberStyles.AllowLeadingSign;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    /// <summary>Checks a body.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="message">The message that it is meant for.</param>
    /// <returns>What the client is told, or null when the body may pass.</returns>
    public static Refusal? Check(ReadOnlySpan<byte> body, MessageDescriptor message)
    {
        if (!Utf8.IsValid(body))
        {
            return Refusal.MalformedJson;
        }

        try
        {
            var reader = new Utf8JsonReader(body, ReaderOptions);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Refusal.MalformedJson;
            }

            var refusal = CheckObject(ref reader, message);
            // What follows the object is read too: anything but white space is malformed.
            return refusal ?? (reader.Read() ? Refusal.MalformedJson : null);
        }
        catch (JsonException)
        {
            return Refusal.MalformedJson;
        }
    }

    private static Refusal? CheckObject(ref Utf8JsonReader reader, MessageDescriptor message)
    {
        var seen = 0UL;
        HashSet<string>? others = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryGetText(ref reader, out var name))
            {
                return Refusal.MalformedJson;
            }

            var field = Find(message, name);
            // The mask has room for 64 fields; the rest of a wider message is kept by name, as unknown fields are.
            var isNew = field is { Index: < 64 }
                ? Mark(ref seen, field.Index)
                : (others ??= []).Add(field?.JsonName ?? name);
            if (!isNew)
            {
                return Refusal.BadField(field?.JsonName ?? Shorten(name));
            }

            reader.Read();
            if (field is null)
            {
                reader.Skip();
            }
            else if (CheckField(ref reader, field) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? CheckField(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (!field.IsRepeated)
        {
            return CheckValue(ref reader, field);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Refusal.BadField(field.JsonName);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (CheckValue(ref reader, field) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? CheckValue(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (field.FieldType == FieldType.Message && field.MessageType.FullName != Timestamp.Descriptor.FullName)
        {
            return reader.TokenType == JsonTokenType.StartObject
                ? CheckObject(ref reader, field.MessageType)
                : Refusal.BadField(field.JsonName);
        }

        return ScalarFits(ref reader, field) ? null : Refusal.BadField(field.JsonName);
    }

    private static bool ScalarFits(ref Utf8JsonReader reader, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => TryGetText(ref reader, out _),
        FieldType.Bool => reader.TokenType is JsonTokenType.True or JsonTokenType.False,
        FieldType.Message => TryGetText(ref reader, out var time) && IsTimestamp(time),
        FieldType.Enum => reader.TokenType == JsonTokenType.String
            ? TryGetText(ref reader, out var name) && field.EnumType.FindValueByName(name) is not null
            : reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _),
        FieldType.Int32 => reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _),
        FieldType.UInt32 => reader.TokenType == JsonTokenType.Number && reader.TryGetUInt32(out _),
        // The protobuf mapping writes 64-bit numbers as text, and so do many clients: JavaScript's end at 53 bits.
        FieldType.Int64 => reader.TokenType == JsonTokenType.String
            ? TryGetText(ref reader, out var text) && long.TryParse(text, SignedDigits, Invariant, out _)
            : reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _),
        FieldType.UInt64 or FieldType.Fixed64 => reader.TokenType == JsonTokenType.String
            ? TryGetText(ref reader, out var text) && ulong.TryParse(text, NumberStyles.None, Invariant, out _)
            : reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out _),
        FieldType.Bytes => reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out _),
        FieldType.Double or FieldType.Float => reader.TokenType == JsonTokenType.Number,
        _ => false,
    };

    private static bool IsTimestamp(string text) =>
        text.Length is >= 20 and <= 40 && text[10] == 'T'
        && DateTimeOffset.TryParse(
            text, Invariant, DateTimeStyles.RoundtripKind, out _);

    // An escaped lone surrogate is valid JSON text and no valid string; GetString says so by throwing.
    private static bool TryGetText(ref Utf8JsonReader reader, out string text)
    {
        text = "";
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return false;
        }

        try
        {
            text = reader.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static FieldDescriptor? Find(MessageDescriptor message, string name)
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (field.JsonName == name || field.Name == name)
            {
                return field;
            }
        }

        return null;
    }

    private static bool Mark(ref ulong seen, int index)
    {
        var bit = 1UL << index;
        var isNew = (seen & bit) == 0;
        seen |= bit;
        return isNew;
    }

    // A name that a client made up is echoed only as far as it helps, and never with characters of its choosing.
    private static string Shorten(string name)
    {
        var text = new StringBuilder(32);
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, 32)))
        {
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '?');
        }

        return text.ToString();
    }
}
