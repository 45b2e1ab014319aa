using System.Security.Cryptography;

namespace YiMaTong.Conformance.Tests.World;

/// <summary>RSA keys of this run. Making one takes up to a second, so tests share them.</summary>
internal static class Keys
{
    /// <summary>3072 bits, for RSA-PSS-SHA256.</summary>
    public static RSA Pss { get; } = RSA.Create(3072);

    /// <summary>2048 bits, for SHA256withRSA.</summary>
    public static RSA Pkcs1 { get; } = RSA.Create(2048);

    /// <summary>3072 bits, registered nowhere.</summary>
    public static RSA Stranger { get; } = RSA.Create(3072);
}
