using System.Runtime.InteropServices;

namespace YiMaTong.Directory;

/// <summary>
/// What the disk did not take, kept in memory until it does or until nobody needs it, so that a disk that is full for a
/// while loses nothing. Thread-safe. Invariants, under the one lock:
/// <list type="bullet">
/// <item>What is kept is read from here, never from the file; it goes only after the file has it.</item>
/// <item>At most one piece is on its way to the file. It belongs to whoever sends it, and is freed by them.</item>
/// <item>Never more than the limit is kept.</item>
/// </list>
/// </summary>
/// <param name="bytesMax">Most bytes kept.</param>
internal sealed class UnwrittenBytes(long bytesMax) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Piece> _pieces = [];
    private Piece? _sent;
    private long _bytes;
    private int _version;

    /// <summary>Bytes kept.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Rises whenever something is kept no longer.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Keeps bytes; they are this object's from then on, where there is room for them.</summary>
    public bool TryKeep(Piece piece)
    {
        lock (_lock)
        {
            if (_bytes + piece.Length > bytesMax)
            {
                return false;
            }

            _pieces.Add(piece);
            Volatile.Write(ref _bytes, _bytes + piece.Length);
            return true;
        }
    }

    /// <summary>Copies what is kept of a place, or tells how far the file is to be read.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="address">Where in it.</param>
    /// <param name="bytes">Gets what is kept.</param>
    /// <returns>Bytes copied; less than 0 for as many that are in the file.</returns>
    public int Copy(int segment, long address, Span<byte> bytes)
    {
        if (Bytes == 0)
        {
            return -bytes.Length;
        }

        lock (_lock)
        {
            var gap = (long)bytes.Length;
            foreach (var piece in _pieces)
            {
                var ahead = piece.Address - address;
                if (piece.Segment != segment || ahead + piece.Length <= 0 || ahead >= gap)
                {
                    continue;
                }

                if (ahead <= 0)
                {
                    var kept = piece.Bytes[(int)-ahead..];
                    kept = kept[..Math.Min(kept.Length, bytes.Length)];
                    kept.CopyTo(bytes);
                    return kept.Length;
                }

                gap = ahead;
            }

            return (int)-gap;
        }
    }

    /// <summary>Takes a piece to send to the file; null where there is none, or one is on its way.</summary>
    public Piece? Send()
    {
        if (Bytes == 0)
        {
            return null;
        }

        lock (_lock)
        {
            return _sent is null && _pieces.Count > 0 ? _sent = _pieces[0] : null;
        }
    }

    /// <summary>Hears what came of the piece that was sent.</summary>
    public void Sent(Piece piece, bool written)
    {
        lock (_lock)
        {
            _sent = null;
            var isKept = _pieces.Contains(piece);
            if (isKept && written)
            {
                Drop(piece);
            }
            else if (!isKept)
            {
                piece.Free();
            }
        }
    }

    /// <summary>Drops what nobody needs any more.</summary>
    /// <param name="isNeeded">Whether a piece is.</param>
    public void Trim(Predicate<Piece> isNeeded)
    {
        if (Bytes == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var piece in _pieces.FindAll(piece => !isNeeded(piece)))
            {
                Drop(piece);
            }
        }
    }

    /// <summary>Drops everything.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            bytesMax = 0;
        }

        Trim(_ => false);
    }

    private void Drop(Piece piece)
    {
        _pieces.Remove(piece);
        Volatile.Write(ref _bytes, _bytes - piece.Length);
        Volatile.Write(ref _version, _version + 1);
        if (piece != _sent)
        {
            piece.Free();
        }
    }

    /// <summary>Bytes on their way to a place in the file, in memory of their own.</summary>
    internal sealed unsafe class Piece
    {
        private readonly void* _memory;

        /// <summary>Copies bytes.</summary>
        /// <param name="source">The bytes.</param>
        /// <param name="segment">The segment that they belong to.</param>
        /// <param name="address">Where in it.</param>
        /// <param name="sectorSize">Alignment that the device asks for.</param>
        public Piece(ReadOnlySpan<byte> source, int segment, long address, uint sectorSize)
        {
            (Segment, Address, Length) = (segment, address, source.Length);
            _memory = NativeMemory.AlignedAlloc((nuint)source.Length, sectorSize);
            source.CopyTo(Bytes);
        }

        public int Segment { get; }

        public long Address { get; }

        public int Length { get; }

        public IntPtr Memory => (IntPtr)_memory;

        public Span<byte> Bytes => new(_memory, Length);

        public void Free() => NativeMemory.AlignedFree(_memory);
    }
}
