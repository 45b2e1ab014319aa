namespace YiMaTong.Codes.Emergency;

/// <summary>Constants of version 1 of the emergency code; docs/emergency-codes.md draws the whole.</summary>
internal static class EmergencyCodeLayout
{
    internal const string Prefix = "YE1";

    /// <summary>Bytes of the longest code: holder-bound, with a position. QR version 11-M holds 242.</summary>
    internal const int BytesMax = 240;

    /// <summary>Bytes of a token that a phone keeps, at most.</summary>
    internal const int TokenBytesMax = 155;

    // Both frames have two headers: alg and kid, or alg and kcwt.
    internal const int HeaderCount = 2;

    // Claims of the token: aud, exp, nbf, and one of ours in the range for private use.
    internal const int ClaimCount = 4;
    internal const ulong AudienceClaim = 3;
    internal const ulong ExpiresClaim = 4;
    internal const ulong NotBeforeClaim = 5;
    internal const ulong GrantClaimArgument = 65_536; // The argument of -65537.

    // The grant claim: tags 8, scene kinds 2, status list 1, status index 3, then the holder's key, where there is one.
    internal const int TagsAt = 0;
    internal const int SceneKindsAt = 8;
    internal const int StatusListAt = 10;
    internal const int StatusIndexAt = 11;
    internal const int HolderKeyAt = 14;
    internal const int StaticGrantLength = 14;
    internal const int HolderGrantLength = 47;

    // The payload of a showing: second of the Unix epoch, then the position, where there is one.
    internal const int ShownAtLength = 4;

    // External data of the signatures. It names the kind: a token lifted out of a holder-bound code is no static code.
    internal static ReadOnlySpan<byte> StaticContext => "YE1 static"u8;

    internal static ReadOnlySpan<byte> HolderBoundContext => "YE1 holder-bound"u8;

    internal static ReadOnlySpan<byte> ShowingContext => "YE1 showing"u8;
}
