using System.Text.Json;

namespace YiMaTong.Conformance.Tests.Wire;

/// <summary>An HTTP answer, read whole, that should be the standard's envelope.</summary>
internal sealed record Answer(
    int Status, string? MediaType, string Body, string? Location, IReadOnlyCollection<string> Allow)
{
    private JsonElement? _root;

    /// <summary>The body as JSON; the test fails where it is none.</summary>
    public JsonElement Root => _root ??= Parse();

    /// <summary>The PY code.</summary>
    public string Code => Text(Root, "code");

    /// <summary>The text beside it.</summary>
    public string Msg => Text(Root, "msg");

    /// <summary>The response member; the test fails where it is absent.</summary>
    public JsonElement Response => Root.TryGetProperty("response", out var response)
        ? response
        : throw new InvalidOperationException($"the answer has no response: {this}");

    /// <summary>A string of the response object.</summary>
    public string this[string name] => Text(Response, name);

    public override string ToString() => $"HTTP {Status} {MediaType} {(Body.Length > 1000 ? Body[..1000] : Body)}";

    private string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InvalidOperationException($"the answer has no string {name}: {this}");

    private JsonElement Parse()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"the answer is not JSON: {this}", e);
        }
    }
}
