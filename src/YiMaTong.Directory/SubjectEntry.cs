using System.Runtime.InteropServices;

namespace YiMaTong.Directory;

/// <summary>A subject with its handle, 88 bytes: what a scan yields and a snapshot file holds.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct SubjectEntry
{
    /// <summary>The subject's handle.</summary>
    public ulong Handle;

    /// <summary>The record.</summary>
    public SubjectRecord Record;
}
