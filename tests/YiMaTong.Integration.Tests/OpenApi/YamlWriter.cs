using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YiMaTong.Integration.Tests.OpenApi;

/// <summary>Writes a tree as YAML in block style. Texts are quoted as JSON does, which YAML reads alike.</summary>
internal static class YamlWriter
{
    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        WriteObject(text, root, "");
        return text.ToString();
    }

    private static void WriteObject(StringBuilder text, JsonObject node, string indent)
    {
        foreach (var (name, value) in node)
        {
            text.Append(indent).Append(Key(name)).Append(':');
            WriteValue(text, value, indent + "  ");
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, string indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } inner:
                text.Append('\n');
                WriteObject(text, inner, indent);
                break;
            case JsonArray { Count: > 0 } list when list.All(item => item is JsonObject { Count: > 0 }):
                text.Append('\n');
                foreach (var item in list)
                {
                    var block = new StringBuilder();
                    WriteObject(block, item!.AsObject(), indent + "  ");
                    text.Append(indent).Append("- ").Append(block.ToString().AsSpan(indent.Length + 2));
                }

                break;
            default:
                text.Append(' ').Append(value?.ToJsonString(Plain) ?? "null").Append('\n');
                break;
        }
    }

    private static string Key(string name) => name.All(char.IsAsciiLetter) ? name : $"\"{name}\"";
}
