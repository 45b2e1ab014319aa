using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace YiMaTong.Testing;

/// <summary>
/// A disk that hangs when it is told to: whoever writes is held by the kernel, in a read from a pipe that nobody writes
/// to, and goes on to the real file when the disk lets go. Thread-safe.
/// </summary>
public sealed class HeldDisk : IDisposable
{
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In);
    private volatile bool _holds;

    /// <summary>Has every further write wait.</summary>
    public void Hold() => _holds = true;

    /// <summary>Lets all go, for good.</summary>
    public void Release()
    {
        _holds = false;
        _pipe.DisposeLocalCopyOfClientHandle();
    }

    /// <summary>Writes, in the place of <see cref="RandomAccess.Write(SafeFileHandle, ReadOnlySpan{byte}, long)"/>.
    /// </summary>
    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (_holds)
        {
            Span<byte> nothing = stackalloc byte[1];
            _ = _pipe.Read(nothing);
        }

        RandomAccess.Write(file, bytes, offset);
    }

    /// <inheritdoc />
    public void Dispose() => Release();
}
