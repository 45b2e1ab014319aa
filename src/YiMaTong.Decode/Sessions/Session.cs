using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Sessions;

/// <summary>A gate's session. Immutable but for its bucket of scans and its standing.</summary>
/// <param name="merchantId">The merchant that opened it.</param>
/// <param name="macId">The device that it is for.</param>
/// <param name="key">The merchant's key that opened it.</param>
/// <param name="openedAt">Monotonic timestamp of its opening.</param>
internal sealed class Session(string merchantId, string macId, UInt128 key, long openedAt)
{
    private long _scans;
    private volatile Standing? _standing;

    /// <summary>The merchant that opened it.</summary>
    public string MerchantId => merchantId;

    /// <summary>The device that it is for.</summary>
    public string MacId => macId;

    /// <summary>The merchant's key that opened it, see <see cref="MerchantKeys.IdOf"/>.</summary>
    public UInt128 Key => key;

    /// <summary>Monotonic timestamp of its opening.</summary>
    public long OpenedAt => openedAt;

    /// <summary>
    /// What the registry last said of its merchant and device; to be compared with the registry's version.
    /// </summary>
    public Standing? Standing
    {
        get => _standing;
        set => _standing = value;
    }

    /// <summary>What <see cref="Load.ScanLimit"/> keeps of the session.</summary>
    public ref long Scans => ref _scans;
}
