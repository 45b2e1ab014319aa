using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace YiMaTong.Directory.Snapshots;

/// <summary>Writes one snapshot to a stream. Used by one caller. What it throws is the stream's.</summary>
public sealed class SnapshotWriter : IDisposable
{
    // What the disk has yet to take stays small: one sync of the whole file would hold up every other sync of the disk,
    // that of the decision journal among them, for as long as the file takes.
    private const int SyncBytes = 8 << 20;

    private readonly Stream _stream;
    private readonly AesGcm _sealer;
    private readonly byte[] _buffer = new byte[
        SnapshotFormat.BlockHeadBytes + SnapshotFormat.BlockBytesMax + SnapshotFormat.TagBytes];
    private readonly byte[] _headerTag = new byte[SnapshotFormat.TagBytes];
    private ulong _block;
    private ulong _subjects;
    private ulong _entityBlocks;
    private int _unsynced;

    /// <summary>Writes the header.</summary>
    internal SnapshotWriter(Stream stream, ReadOnlySpan<byte> nodeKey, SnapshotHeader header)
    {
        _stream = stream;
        Span<byte> bytes = stackalloc byte[SnapshotFormat.HeaderBytes];
        Span<byte> salt = stackalloc byte[SnapshotFormat.SaltBytes];
        RandomNumberGenerator.Fill(salt);
        SnapshotFormat.Write(header, salt, bytes);
        _sealer = SnapshotFormat.Sealer(nodeKey, salt);
        Span<byte> nonce = stackalloc byte[SnapshotFormat.NonceBytes];
        SnapshotFormat.Nonce(_block++, nonce);
        _sealer.Encrypt(nonce, [], [], _headerTag, bytes);
        _stream.Write(bytes);
        _stream.Write(_headerTag);
    }

    /// <summary>Most subjects in one call.</summary>
    public static int SubjectsMax { get; } = SnapshotFormat.BlockBytesMax / SnapshotFormat.EntryBytes;

    /// <summary>Most bytes in one call.</summary>
    public static int EntityBytesMax => SnapshotFormat.BlockBytesMax;

    /// <summary>Number of subjects written.</summary>
    public ulong Subjects => _subjects;

    /// <summary>Writes subjects, at most <see cref="SubjectsMax"/>.</summary>
    public void WriteSubjects(ReadOnlySpan<SubjectEntry> entries)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Length, SubjectsMax);
        Write(SnapshotBlock.Subjects, MemoryMarshal.AsBytes(entries));
        _subjects += (ulong)entries.Length;
    }

    /// <summary>Writes entities, at most <see cref="EntityBytesMax"/>.</summary>
    public void WriteEntities(ReadOnlySpan<byte> entities)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entities.Length, EntityBytesMax);
        Write(SnapshotBlock.Entities, entities);
        _entityBlocks++;
    }

    /// <summary>Writes the end.</summary>
    internal void Finish()
    {
        Span<byte> end = stackalloc byte[SnapshotFormat.EndBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(end, _subjects);
        BinaryPrimitives.WriteUInt64LittleEndian(end[8..], _entityBlocks);
        BinaryPrimitives.WriteUInt64LittleEndian(end[16..], _block);
        Write(SnapshotBlock.End, end);
    }

    /// <inheritdoc />
    public void Dispose() => _sealer.Dispose();

    private void Write(SnapshotBlock kind, ReadOnlySpan<byte> content)
    {
        var head = _buffer.AsSpan(0, SnapshotFormat.BlockHeadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(head, content.Length);
        head[4] = (byte)kind;
        Span<byte> known = stackalloc byte[SnapshotFormat.BlockHeadBytes + SnapshotFormat.TagBytes];
        head.CopyTo(known);
        _headerTag.CopyTo(known[SnapshotFormat.BlockHeadBytes..]);
        Span<byte> nonce = stackalloc byte[SnapshotFormat.NonceBytes];
        SnapshotFormat.Nonce(_block++, nonce);
        var body = _buffer.AsSpan(SnapshotFormat.BlockHeadBytes, content.Length);
        var tag = _buffer.AsSpan(SnapshotFormat.BlockHeadBytes + content.Length, SnapshotFormat.TagBytes);
        _sealer.Encrypt(nonce, content, body, tag, known);
        var length = SnapshotFormat.BlockHeadBytes + content.Length + SnapshotFormat.TagBytes;
        _stream.Write(_buffer.AsSpan(0, length));
        _unsynced += length;
        if (_unsynced >= SyncBytes && _stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
            _unsynced = 0;
        }
    }
}
