using System.Buffers;
using System.Text;
using YiMaTong.Hosting.Direct;

namespace YiMaTong.Decode.Standard;

/// <summary>What B.4 sends, before it has the form of a message or of JSON. Immutable.</summary>
/// <param name="Code">The return code.</param>
/// <param name="Message">What it means, and what is wrong: our own texts, in which JSON escapes nothing.</param>
/// <param name="Sealed">The sealed result, Base64 in UTF-8; null on failure. Not to be changed.</param>
internal readonly record struct StandardReply(string Code, string Message, byte[]? Sealed) : IDirectAnswer
{
    /// <summary>Bytes that <see cref="WriteJson"/> writes.</summary>
    public int JsonLength =>
        Start.Length + Code.Length + Middle.Length + Encoding.UTF8.GetByteCount(Message) + End.Length
        + (Sealed is null ? 0 : Response.Length + Sealed.Length);

    private static ReadOnlySpan<byte> Start => "{\"code\":\""u8;

    private static ReadOnlySpan<byte> Middle => "\",\"msg\":\""u8;

    private static ReadOnlySpan<byte> Response => "\",\"response\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>Writes the envelope byte by byte as JSON transcoding writes it.</summary>
    public void WriteJson(IBufferWriter<byte> writer)
    {
        var length = JsonLength;
        var rest = writer.GetSpan(length);
        rest = Put(rest, Start);
        rest = Put(rest, Code);
        rest = Put(rest, Middle);
        rest = Put(rest, Message);
        if (Sealed is not null)
        {
            rest = Put(rest, Response);
            rest = Put(rest, Sealed);
        }

        _ = Put(rest, End);
        writer.Advance(length);
    }

    /// <inheritdoc />
    void IDirectAnswer.Put(HttpResponse response) => WriteJson(response.BodyWriter);

    private static Span<byte> Put(Span<byte> json, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(json);
        return json[bytes.Length..];
    }

    private static Span<byte> Put(Span<byte> json, string text) => json[Encoding.UTF8.GetBytes(text, json)..];
}
