using YiMaTong.Codes.Emergency.Cose;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>What a status list and its delta open with.</summary>
internal readonly record struct StatusListHead(byte Number, uint Revision, uint IssuedAt, int Size)
{
    internal static StatusListHead Of(StatusList list) => new(list.Number, list.Revision, list.IssuedAt, list.Size);

    internal static bool TryRead(ref CborCursor cursor, int pairs, out StatusListHead head)
    {
        head = default;
        if (!cursor.TryReadMap(pairs)
            || !cursor.TryReadKey(1) || !cursor.TryReadUnsigned(byte.MaxValue, out var number)
            || !cursor.TryReadKey(2) || !cursor.TryReadUInt32(out var revision) || revision == 0
            || !cursor.TryReadKey(3) || !cursor.TryReadUInt32(out var issuedAt)
            || !cursor.TryReadKey(4) || !cursor.TryReadUnsigned(StatusList.SizeMax, out var size) || size == 0)
        {
            return false;
        }

        head = new StatusListHead((byte)number, revision, issuedAt, (int)size);
        return true;
    }

    internal CborBuilder Write(int pairs) => new CborBuilder().Map(pairs).Number(1).Number(Number)
        .Number(2).Number(Revision).Number(3).Number(IssuedAt).Number(4).Number((ulong)Size);

    /// <summary>Holds it against its key and the list that is held.</summary>
    internal DocumentStatus CheckAge(EmergencyKey key, StatusList? held)
    {
        if (!key.IsValidAt(IssuedAt, 0))
        {
            return DocumentStatus.KeyOutOfTime;
        }

        return held is null || Revision > held.Revision ? DocumentStatus.Accepted
            : Revision < held.Revision ? DocumentStatus.RolledBack : DocumentStatus.Unchanged;
    }
}
