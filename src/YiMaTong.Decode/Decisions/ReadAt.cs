using Microsoft.Win32.SafeHandles;

namespace YiMaTong.Decode.Decisions;

/// <summary>Reads bytes from a place in a file, as
/// <see cref="RandomAccess.Read(SafeFileHandle, Span{byte}, long)"/>.</summary>
internal delegate int ReadAt(SafeFileHandle file, Span<byte> into, long offset);
