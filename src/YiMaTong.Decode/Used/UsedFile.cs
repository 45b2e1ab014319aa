using Microsoft.Win32.SafeHandles;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Used;

/// <summary>
/// A file of uses that is written. Each writer takes a slot of its own and writes it, without a lock and without
/// waiting for the others: what it wrote is in the system's memory when it returns, and outlives the process.
/// Thread-safe.
/// </summary>
internal sealed class UsedFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly WriteAt _write;
    private readonly Action<SafeFileHandle> _sync;
    private long _slots;
    private uint _newest;
    private int _unsynced;

    private UsedFile(UsedFileName name, SafeFileHandle handle, UsedDisk disk) =>
        (Name, _handle, _write, _sync) = (name, handle, disk.Write, disk.SyncFile ?? RandomAccess.FlushToDisk);

    /// <summary>Where it is.</summary>
    public UsedFileName Name { get; }

    /// <summary>When the newest thing was made whose use is in it; 0 where there is none.</summary>
    public uint NewestMadeAt => Volatile.Read(ref _newest);

    /// <summary>Whether something was written since the last sync.</summary>
    public bool IsUnsynced => Volatile.Read(ref _unsynced) != 0;

    /// <summary>Makes a file.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static UsedFile Create(UsedFileName name, UsedDisk disk) => new(
        name,
        File.OpenHandle(name.Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete),
        disk);

    /// <summary>
    /// Whether the disk refused, or the file was closed under its writer at the end of its life or the node's.
    /// </summary>
    public static bool Refuses(Exception e) => DiskFault.Is(e) || e is ObjectDisposedException;

    /// <summary>A refusal as it is logged.</summary>
    public static string Text(Exception refusal) => $"{refusal.GetType().Name} {refusal.HResult & 0xFFFF}";

    /// <summary>Writes a use, or a horizon.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="ObjectDisposedException">The node is ending.</exception>
    public void Append(in UsedRecord record)
    {
        var number = Interlocked.Increment(ref _slots) - 1;
        Span<byte> slot = stackalloc byte[UsedSlot.Size];
        UsedSlot.Write(slot, Name.Id, number, record);
        if (record.Key != 0)
        {
            Latest.Raise(ref _newest, record.MadeAt);
        }

        _write(_handle, slot, number * UsedSlot.Size);
        Volatile.Write(ref _unsynced, 1);
    }

    /// <summary>Brings what was written to the disk.</summary>
    /// <exception cref="IOException">The disk refuses; the file is not to be written again.</exception>
    public void Sync()
    {
        if (Interlocked.Exchange(ref _unsynced, 0) != 0)
        {
            _sync(_handle);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();
}
