using System.Buffers.Binary;
using Google.Protobuf;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Offline;

/// <summary>The 128-bit names in records of scans.</summary>
internal static class ScanIds
{
    /// <summary>A name as a record carries it.</summary>
    public static ByteString ToBytes(UInt128 id)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>What a recorded scan used up; null where it used nothing up.</summary>
    public static UInt128? UsedBy(OfflineScan scan)
    {
        var name = scan.Form == OfflineForm.HolderBound ? scan.ShowingId : scan.TokenId;
        return scan is { Direction: Direction.Entry, Decision: Decision.Permit, Told: 0 } && name.Length == 16
            ? BinaryPrimitives.ReadUInt128BigEndian(name.Span)
            : null;
    }
}
