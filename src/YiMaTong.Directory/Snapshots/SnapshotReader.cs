using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace YiMaTong.Directory.Snapshots;

/// <summary>
/// Reads one snapshot file, each block checked before it is shown; that the file is whole is known at
/// <see cref="SnapshotBlock.End"/> only. Never throws for what is in the file. Used by one caller.
/// </summary>
public sealed class SnapshotReader : IDisposable
{
    private const int BufferBytes = 1 << 18;

    private readonly Stream _stream;
    private readonly AesGcm _sealer;
    private readonly byte[] _headerTag;
    private readonly byte[] _sealed = new byte[SnapshotFormat.BlockBytesMax + SnapshotFormat.TagBytes];
    private readonly byte[] _content = new byte[SnapshotFormat.BlockBytesMax];
    private int _length;
    private ulong _block = 1;
    private ulong _subjects;
    private ulong _entityBlocks;
    private bool _ended;

    private SnapshotReader(Stream stream, AesGcm sealer, byte[] headerTag, SnapshotHeader header)
    {
        _stream = stream;
        _sealer = sealer;
        _headerTag = headerTag;
        Header = header;
    }

    /// <summary>The header.</summary>
    public SnapshotHeader Header { get; }

    /// <summary>Number of subjects read so far.</summary>
    public ulong SubjectCount => _subjects;

    /// <summary>Subjects of the block read last.</summary>
    public ReadOnlySpan<SubjectEntry> Subjects => MemoryMarshal.Cast<byte, SubjectEntry>(_content.AsSpan(0, _length));

    /// <summary>Entities of the block read last.</summary>
    public ReadOnlySpan<byte> Entities => _content.AsSpan(0, _length);

    /// <summary>Opens a file; null where its header is not one that this node's key sealed.</summary>
    public static SnapshotReader? TryOpen(string path, ReadOnlySpan<byte> nodeKey)
    {
        FileStream? stream = null;
        AesGcm? sealer = null;
        SnapshotReader? reader = null;
        try
        {
            stream = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes);
            var header = new byte[SnapshotFormat.HeaderBytes];
            var tag = new byte[SnapshotFormat.TagBytes];
            stream.ReadExactly(header);
            stream.ReadExactly(tag);
            sealer = SnapshotFormat.Sealer(nodeKey, SnapshotFormat.Salt(header));
            Span<byte> nonce = stackalloc byte[SnapshotFormat.NonceBytes];
            SnapshotFormat.Nonce(0, nonce);
            sealer.Decrypt(nonce, [], tag, [], header);
            if (SnapshotFormat.Read(header) is { } read)
            {
                reader = new SnapshotReader(stream, sealer, tag, read);
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            // Not a snapshot of this node: the caller has others.
        }
        finally
        {
            if (reader is null)
            {
                stream?.Dispose();
                sealer?.Dispose();
            }
        }

        return reader;
    }

    /// <summary>Reads a file to its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="nodeKey">The node's key.</param>
    /// <param name="pace">How fast; null for as fast as can be.</param>
    /// <returns>The header; null where the file is not whole and as written.</returns>
    public static SnapshotHeader? Verify(string path, ReadOnlySpan<byte> nodeKey, WorkPace? pace = null)
    {
        using var reader = TryOpen(path, nodeKey);
        var kind = SnapshotBlock.Subjects;
        while (reader is not null && kind is SnapshotBlock.Subjects or SnapshotBlock.Entities)
        {
            kind = reader.ReadBlock();
            pace?.Step();
        }

        return kind == SnapshotBlock.End ? reader?.Header : null;
    }

    /// <summary>Reads the next block. After the end, and after damage, there is none.</summary>
    public SnapshotBlock ReadBlock()
    {
        _length = 0;
        if (_ended)
        {
            return SnapshotBlock.Damaged;
        }

        try
        {
            var kind = Open();
            _ended = kind is SnapshotBlock.Damaged or SnapshotBlock.End;
            return kind;
        }
        catch (Exception e) when (IsDamage(e))
        {
            _ended = true;
            _length = 0;
            return SnapshotBlock.Damaged;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stream.Dispose();
        _sealer.Dispose();
    }

    private SnapshotBlock Open()
    {
        Span<byte> known = stackalloc byte[SnapshotFormat.BlockHeadBytes + SnapshotFormat.TagBytes];
        _stream.ReadExactly(known[..SnapshotFormat.BlockHeadBytes]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(known);
        if (length is < 0 or > SnapshotFormat.BlockBytesMax)
        {
            return SnapshotBlock.Damaged;
        }

        _headerTag.CopyTo(known[SnapshotFormat.BlockHeadBytes..]);
        _stream.ReadExactly(_sealed.AsSpan(0, length + SnapshotFormat.TagBytes));
        Span<byte> nonce = stackalloc byte[SnapshotFormat.NonceBytes];
        SnapshotFormat.Nonce(_block, nonce);
        _sealer.Decrypt(
            nonce, _sealed.AsSpan(0, length), _sealed.AsSpan(length, SnapshotFormat.TagBytes),
            _content.AsSpan(0, length), known);
        return Accept((SnapshotBlock)known[4], length);
    }

    private SnapshotBlock Accept(SnapshotBlock kind, int length)
    {
        switch (kind)
        {
            case SnapshotBlock.Subjects when length % SnapshotFormat.EntryBytes == 0:
                _subjects += (ulong)(length / SnapshotFormat.EntryBytes);
                break;
            case SnapshotBlock.Entities:
                _entityBlocks++;
                break;
            case SnapshotBlock.End when length == SnapshotFormat.EndBytes && CountsMatch() && _stream.ReadByte() < 0:
                break;
            default:
                return SnapshotBlock.Damaged;
        }

        _block++;
        _length = length;
        return kind;
    }

    private bool CountsMatch() =>
        BinaryPrimitives.ReadUInt64LittleEndian(_content) == _subjects
        && BinaryPrimitives.ReadUInt64LittleEndian(_content.AsSpan(8)) == _entityBlocks
        && BinaryPrimitives.ReadUInt64LittleEndian(_content.AsSpan(16)) == _block;

    private static bool IsDamage(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException;
}
