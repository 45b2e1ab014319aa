namespace YiMaTong.Load.Wire;

/// <summary>Finds grpc-status in a header block that the server coded without table and Huffman.</summary>
internal static class Trailers
{
    private const int ResourceExhausted = 8;

    /// <summary>What the trailers say.</summary>
    public static CallStatus StatusOf(ReadOnlySpan<byte> block)
    {
        var name = "grpc-status"u8;
        var at = block.IndexOf(name);
        if (at < 0 || block.Length < at + name.Length + 2)
        {
            return CallStatus.Failed;
        }

        var length = block[at + name.Length] & 0x7F;
        var status = 0;
        foreach (var digit in block.Slice(at + name.Length + 1, Math.Min(length, 2)))
        {
            status = (status * 10) + digit - '0';
        }

        return status switch { 0 => CallStatus.Ok, ResourceExhausted => CallStatus.Refused, _ => CallStatus.Failed };
    }
}
