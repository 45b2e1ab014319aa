using System.Text;

namespace YiMaTong.Codes.Signing;

/// <summary>
/// The text that a request's signature covers (B.4): its non-empty fields but sign, under the names that were sent, by
/// ordinal name, k=v joined with &amp;, in UTF-8. Thread-safe.
/// </summary>
public static class CanonicalFields
{
    private const string SignName = "sign";
    private const int StackLimit = 16;

    /// <summary>
    /// Builds the UTF-8 bytes to sign or verify. Values go in as they are, without escaping: a field whose value may
    /// hold "&amp;" or "=" must be checked by its own rules as well.
    /// </summary>
    /// <param name="fields">Names and values in any order; a field whose value is empty or null is left out.</param>
    /// <exception cref="ArgumentException">Two fields that count have the same name.</exception>
    public static byte[] ToBytes(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        // Requests have a handful of fields: they are sorted as they come.
        Span<int> order = fields.Length <= StackLimit ? stackalloc int[fields.Length] : new int[fields.Length];
        var count = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            if (!string.IsNullOrEmpty(fields[i].Value) && fields[i].Name != SignName)
            {
                Insert(order[..++count], fields, i);
            }
        }

        order = order[..count];
        var bytes = new byte[LengthOf(order, fields)];
        var rest = bytes.AsSpan();
        foreach (var field in order)
        {
            rest = rest.Length < bytes.Length ? Write(rest, "&") : rest;
            rest = Write(rest, fields[field].Name);
            rest = Write(rest, "=");
            rest = Write(rest, fields[field].Value);
        }

        return bytes;
    }

    private static void Insert(Span<int> order, ReadOnlySpan<(string Name, string Value)> fields, int field)
    {
        var at = order.Length - 1;
        for (; at > 0; at--)
        {
            switch (string.CompareOrdinal(fields[order[at - 1]].Name, fields[field].Name))
            {
                case 0:
                    throw new ArgumentException($"The field {fields[field].Name} is given twice.", nameof(fields));
                case < 0:
                    order[at] = field;
                    return;
                default:
                    order[at] = order[at - 1];
                    break;
            }
        }

        order[at] = field;
    }

    private static int LengthOf(ReadOnlySpan<int> order, ReadOnlySpan<(string Name, string Value)> fields)
    {
        var length = Math.Max(0, order.Length - 1);
        foreach (var field in order)
        {
            var (name, value) = fields[field];
            length += Encoding.UTF8.GetByteCount(name) + 1 + Encoding.UTF8.GetByteCount(value);
        }

        return length;
    }

    private static Span<byte> Write(Span<byte> bytes, string text) => bytes[Encoding.UTF8.GetBytes(text, bytes)..];
}
