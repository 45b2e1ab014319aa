using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace YiMaTong.Integration.Tests.OpenApi;

/// <summary>Messages as JSON schemas, in the JSON mapping of protobuf that the transcoder speaks.</summary>
/// <param name="comments">Texts.</param>
/// <param name="inPath">Full names of fields that paths carry, so that bodies may leave them out.</param>
internal sealed class SchemaWriter(ProtoComments comments, HashSet<string> inPath)
{
    private const string Timestamp = "google.protobuf.Timestamp";

    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public static string JsonName(string field)
    {
        var words = field.Split('_');
        return words[0] + string.Concat(words[1..].Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    /// <summary>A reference to the message's schema, which is written on first use.</summary>
    public JsonObject Reference(MessageDescriptor message)
    {
        var name = Name(message.FullName);
        if (_schemas.TryAdd(name, []))
        {
            _schemas[name] = Message(message);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    /// <summary>The schemas written so far and the given ones, by name.</summary>
    public JsonObject Schemas(JsonObject envelope)
    {
        var all = new JsonObject { ["Envelope"] = envelope };
        foreach (var (name, schema) in _schemas)
        {
            all[name] = schema;
        }

        return all;
    }

    /// <summary>The schema of a field with its comment.</summary>
    public JsonObject Field(FieldDescriptor field)
    {
        var schema = Single(field);
        if (field.IsRepeated)
        {
            schema = new JsonObject { ["type"] = "array", ["items"] = schema };
        }

        schema["description"] = comments.Of(field.FullName);
        return schema;
    }

    private static string Name(string fullName)
    {
        var parts = fullName.Split('.');
        return $"{parts[1]}.{parts[^1]}";
    }

    private JsonObject Message(MessageDescriptor message)
    {
        var properties = new JsonObject();
        var required = new List<string>();
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            properties[field.JsonName] = Field(field);
            if (IsRequired(field))
            {
                required.Add(field.JsonName);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["description"] = comments.Of(message.FullName) };
        if (required.Count > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        }

        if (properties.Count > 0)
        {
            schema["properties"] = properties;
        }

        return schema;
    }

    // An envelope always has its code and text; other fields are required where their comment opens with that word.
    private bool IsRequired(FieldDescriptor field) => !inPath.Contains(field.FullName) && (
        comments.Of(field.FullName).StartsWith("Required.", StringComparison.Ordinal)
        || (field.ContainingType.Name.EndsWith("Response", StringComparison.Ordinal) && field.Name is "code" or "msg"));

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => new JsonObject { ["type"] = "boolean" },
        FieldType.String => new JsonObject { ["type"] = "string" },
        FieldType.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Int32 or FieldType.SInt32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        FieldType.UInt32 => new JsonObject { ["type"] = "integer", ["format"] = "uint32", ["minimum"] = 0 },
        FieldType.Int64 => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
        FieldType.UInt64 => new JsonObject { ["type"] = "integer", ["format"] = "uint64", ["minimum"] = 0 },
        FieldType.Enum => new JsonObject
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. field.EnumType.Values.Select(value => JsonValue.Create(value.Name))]),
        },
        FieldType.Message when field.MessageType.FullName == Timestamp =>
            new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        FieldType.Message => Reference(field.MessageType),
        _ => throw new NotSupportedException($"{field.FullName} is of type {field.FieldType}"),
    };
}
