using System.Buffers.Binary;
using System.Globalization;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Used;

/// <summary>Where a file of uses is. Its name says which journal it belongs to, sorts by age, and is in every sum of
/// its slots.</summary>
/// <param name="Path">The file.</param>
/// <param name="Id">Random number of the file.</param>
internal sealed record UsedFileName(string Path, UInt128 Id)
{
    private const string Extension = ".used";

    /// <summary>Names a new file.</summary>
    public static UsedFileName New(string folder, string journal, long createdMs)
    {
        var id = Guid.NewGuid();
        var name = string.Create(CultureInfo.InvariantCulture, $"{journal}-{createdMs:D15}-{id:N}{Extension}");
        return new(System.IO.Path.Combine(folder, name), Number(id));
    }

    /// <summary>Files of a journal, newest first.</summary>
    public static IReadOnlyList<UsedFileName> Of(string folder, string journal) =>
    [
        .. System.IO.Directory.EnumerateFiles(folder, $"{journal}-*{Extension}")
            .OrderDescending(StringComparer.Ordinal).Select(Parse).OfType<UsedFileName>(),
    ];

    /// <summary>Deletes the file. Best effort: one that stays is read and dropped at the next start.</summary>
    public void TryDelete()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return;
        }
    }

    private static UsedFileName? Parse(string path) =>
        System.IO.Path.GetFileNameWithoutExtension(path).Split('-') is [_, _, var text]
        && Guid.TryParseExact(text, "N", out var id)
            ? new(path, Number(id))
            : null;

    private static UInt128 Number(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
