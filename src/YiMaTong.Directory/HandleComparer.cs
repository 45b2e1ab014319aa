using FASTER.core;

namespace YiMaTong.Directory;

/// <summary>Hashes handles; the finaliser of MurmurHash3, so that handles that count up spread as random ones
/// do.</summary>
internal sealed class HandleComparer : IFasterEqualityComparer<ulong>
{
    public bool Equals(ref ulong k1, ref ulong k2) => k1 == k2;

    public long GetHashCode64(ref ulong k)
    {
        var hash = k;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return (long)(hash ^ (hash >> 33));
    }
}
