using Microsoft.Win32.SafeHandles;

namespace YiMaTong.Decode;

/// <summary>Writes bytes to a place in a file, as
/// <see cref="RandomAccess.Write(SafeFileHandle, ReadOnlySpan{byte}, long)"/>.</summary>
internal delegate void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);
