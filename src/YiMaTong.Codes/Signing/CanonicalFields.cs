using System.Buffers;
using System.Text;

namespace YiMaTong.Codes.Signing;

/// <summary>
/// The text that a request's signature covers (B.4): its non-empty fields but sign, under the names that were sent, by
/// ordinal name, k=v joined with &amp;, in UTF-8. Thread-safe.
/// </summary>
public static class CanonicalFields
{
    private const string SignName = "sign";

    /// <summary>
    /// Builds the UTF-8 bytes to sign or verify. Values go in as they are, without escaping: a field whose value may
    /// hold "&amp;" or "=" must be checked by its own rules as well.
    /// </summary>
    /// <param name="fields">Names and values in any order; a field whose value is empty or null is left out.</param>
    /// <exception cref="ArgumentException">Two fields that count have the same name.</exception>
    public static byte[] ToBytes(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var kept = new List<(string Name, string Value)>(fields.Length);
        foreach (var field in fields)
        {
            if (!string.IsNullOrEmpty(field.Value) && field.Name != SignName)
            {
                kept.Add(field);
            }
        }

        kept.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var text = new ArrayBufferWriter<byte>(128);
        for (var i = 0; i < kept.Count; i++)
        {
            if (i > 0 && kept[i].Name == kept[i - 1].Name)
            {
                throw new ArgumentException($"The field {kept[i].Name} is given twice.", nameof(fields));
            }

            text.Write(i == 0 ? "" : "&");
            text.Write(kept[i].Name);
            text.Write("=");
            text.Write(kept[i].Value);
        }

        return text.WrittenSpan.ToArray();
    }

    private static void Write(this ArrayBufferWriter<byte> writer, string text) => Encoding.UTF8.GetBytes(text, writer);
}
