namespace YiMaTong.Directory.Tests;

/// <summary>Records whose every field follows from one number, so that halves of two are found out.</summary>
internal static class Records
{
    public static SubjectRecord Of(ulong handle, ulong revision)
    {
        var seed = (handle * 0x9e3779b97f4a7c15) ^ (revision * 0xc2b2ae3d27d4eb4f);
        var record = new SubjectRecord
        {
            Revision = revision,
            Tags = seed,
            Attributes = ~seed,
            ValidFrom = (uint)seed,
            ConsentUntil = (uint)(seed >> 32),
            SceneKinds = (uint)(seed >> 16),
            Fields = (byte)seed,
            State = (SubjectState)(1 + (seed % 3)),
        };
        var last = (char)('一' + (seed % 20_000));
        record.SetConcealed(
            string.Concat(new string('*', (int)(seed % 5) + 1), last.ToString()),
            $"{seed % 10}**************{seed / 10 % 10}");
        return record;
    }

    public static bool IsWhole(ulong handle, in SubjectRecord record) =>
        SubjectRecord.SameBytes(record, Of(handle, record.Revision));
}
