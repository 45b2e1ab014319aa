using System.Buffers;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Time;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Standard;

/// <summary>Writes the plaintext of B.4's response. Thread-safe.</summary>
internal static class ResultWriter
{
    // The text is sealed and read by a JSON parser, never pasted into a page: Chinese stays readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The JSON of a permitted scan, UTF-8.</summary>
    public static ReadOnlyMemory<byte> Write(in DecodeOutcome outcome, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("qrcodeType", CodeType.NameOf(outcome.Type));
        if ((outcome.Fields & FieldBits.Tags) != 0)
        {
            WriteTags(json, outcome);
        }

        json.WriteString("decision", "permit");
        if ((outcome.Fields & FieldBits.ConcealName) != 0)
        {
            json.WriteString("concealName", outcome.Subject.ConcealName());
        }

        if ((outcome.Fields & FieldBits.ConcealCard) != 0)
        {
            json.WriteString("concealCard", outcome.Subject.ConcealCard());
        }

        json.WriteString("decisionId", ScanIdentity.Text(outcome.DecisionId));
        json.WriteString("serverTime", WireTime.ServerTime(now));
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteTags(Utf8JsonWriter json, in DecodeOutcome outcome)
    {
        json.WriteStartArray("tags");
        for (var tags = outcome.Tags; tags != 0; tags &= tags - 1)
        {
            if (outcome.Catalogue[BitOperations.TrailingZeroCount(tags) + 1] is not { } tag)
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("icon", tag.Icon);
            json.WriteNumber("no", tag.No);
            json.WriteString("text", tag.Text);
            json.WriteNumber("backgroundColor", tag.BackgroundColor);
            json.WriteNumber("fontColor", tag.FontColor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
