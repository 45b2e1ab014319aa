using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace YiMaTong.Directory;

/// <summary>
/// The overflow file's segments, opened for reading beside the device that writes them. Thread-safe: a segment that is
/// dropped while somebody reads it is closed after that read.
/// </summary>
/// <param name="name">Path of the file; segment n is at this, a full stop and n.</param>
internal sealed class SegmentFiles(string name) : IDisposable
{
    private readonly ConcurrentDictionary<int, SafeFileHandle> _handles = new();

    /// <summary>Reads bytes on the calling thread.</summary>
    /// <returns>False where they are not all there, or the disk refuses them.</returns>
    public bool TryRead(int segment, long offset, Span<byte> bytes)
    {
        try
        {
            var handle = _handles.GetOrAdd(segment, Open);
            while (bytes.Length > 0)
            {
                var read = RandomAccess.Read(handle, bytes, offset);
                if (read == 0)
                {
                    return false;
                }

                bytes = bytes[read..];
                offset += read;
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Closes a segment that is needed no more.</summary>
    public void Forget(int segment)
    {
        if (_handles.TryRemove(segment, out var handle))
        {
            handle.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var segment in _handles.Keys)
        {
            Forget(segment);
        }
    }

    private SafeFileHandle Open(int segment) => File.OpenHandle(
        $"{name}.{segment}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
