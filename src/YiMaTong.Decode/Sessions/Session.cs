namespace YiMaTong.Decode.Sessions;

/// <summary>A gate's session. Immutable but for its bucket of scans.</summary>
/// <param name="merchantId">The merchant that opened it.</param>
/// <param name="macId">The device that it is for.</param>
/// <param name="openedAt">Monotonic timestamp of its opening.</param>
internal sealed class Session(string merchantId, string macId, long openedAt)
{
    private long _scans;

    /// <summary>The merchant that opened it.</summary>
    public string MerchantId => merchantId;

    /// <summary>The device that it is for.</summary>
    public string MacId => macId;

    /// <summary>Monotonic timestamp of its opening.</summary>
    public long OpenedAt => openedAt;

    /// <summary>What <see cref="Load.ScanLimit"/> keeps of the session.</summary>
    public ref long Scans => ref _scans;
}
