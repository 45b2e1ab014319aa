using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Gate.Storage;

/// <summary>
/// A file of documents: mark, count, each with its length, and SHA-256 over all of it at the end; little-endian. It is
/// written beside, synced, and put in place by one renaming, which is synced too, while the file before stays under
/// another name. The sum finds damage; what the documents are worth is for their signatures to say.
/// </summary>
internal static class DocumentFile
{
    /// <summary>What the file before the newest is called.</summary>
    public const string PreviousSuffix = ".previous";

    private const string NewSuffix = ".new", DamagedSuffix = ".damaged";
    private const int CountMax = 4_096;
    private const long BytesMax = 64L << 20;

    private static ReadOnlySpan<byte> Mark => "YMTDOC1\n"u8;

    /// <summary>Replaces the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="documents">What it is to hold.</param>
    /// <param name="sync">Brings the folder's names to the disk; null for the ordinary way.</param>
    /// <exception cref="IOException">
    /// The disk refuses; the file is as it was, or new and perhaps as it was after a loss of power.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static void Write(string path, IReadOnlyCollection<byte[]> documents, SyncFolder? sync = null)
    {
        if (documents.Count > CountMax)
        {
            throw new IOException($"{documents.Count} documents are more than a file takes");
        }

        var bytes = ToBytes(documents);
        using (var file = File.OpenHandle(path + NewSuffix, FileMode.Create, FileAccess.Write))
        {
            Write(file, bytes);
        }

        if (File.Exists(path))
        {
            File.Replace(path + NewSuffix, path, path + PreviousSuffix);
        }
        else
        {
            File.Move(path + NewSuffix, path);
        }

        (sync ?? DurableFolder.Sync)(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>
    /// Puts a damaged file out of the way, for whoever wants to look at it: replacing it would put it in the place of
    /// the sound one before it.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static void SetAside(string path)
    {
        if (File.Exists(path))
        {
            File.Move(path, path + DamagedSuffix, overwrite: true);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <returns>Null where it is damaged or cannot be read.</returns>
    public static IReadOnlyList<byte[]>? Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= BytesMax ? Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            return null;
        }
    }

    private static void Write(SafeFileHandle file, byte[] bytes)
    {
        try
        {
            RandomAccess.Write(file, bytes, 0);
            RandomAccess.FlushToDisk(file);
        }
        catch (NotSupportedException odd)
        {
            throw new IOException("what stands in the place of the new file is no file", odd);
        }
    }

    private static byte[] ToBytes(IReadOnlyCollection<byte[]> documents)
    {
        var length = Mark.Length + 4 + documents.Sum(document => 4 + document.Length);
        var bytes = new byte[length + SHA256.HashSizeInBytes];
        Mark.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Mark.Length), documents.Count);
        var at = Mark.Length + 4;
        foreach (var document in documents)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), document.Length);
            document.CopyTo(bytes, at + 4);
            at += 4 + document.Length;
        }

        SHA256.HashData(bytes.AsSpan(0, length), bytes.AsSpan(length));
        return bytes;
    }

    private static List<byte[]>? Parse(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (length < Mark.Length + 4 || !bytes.StartsWith(Mark)
            || !bytes[length..].SequenceEqual(SHA256.HashData(bytes[..length])))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[Mark.Length..]);
        var rest = bytes[(Mark.Length + 4)..length];
        if (count is < 0 or > CountMax)
        {
            return null;
        }

        var documents = new List<byte[]>(count);
        while (documents.Count < count)
        {
            var size = rest.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (size < 0 || size > rest.Length - 4)
            {
                return null;
            }

            documents.Add(rest.Slice(4, size).ToArray());
            rest = rest[(4 + size)..];
        }

        return rest.IsEmpty ? documents : null;
    }
}
