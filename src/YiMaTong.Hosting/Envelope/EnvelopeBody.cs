using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace YiMaTong.Hosting.Envelope;

/// <summary>The standard's envelope without a response.</summary>
internal sealed record EnvelopeBody(string Code, string Msg);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EnvelopeBody))]
internal sealed partial class EnvelopeJson : JsonSerializerContext
{
    // Chinese stays readable on the wire; the answer is JSON and never part of a page.
    static EnvelopeJson() => Default = new EnvelopeJson(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
