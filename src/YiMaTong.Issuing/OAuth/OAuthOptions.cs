namespace YiMaTong.Issuing.OAuth;

/// <summary>Options of the OAuth server, section "Issuing:OAuth".</summary>
internal sealed class OAuthOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:OAuth";

    /// <summary>
    /// The server's own address as its callers know it: what discovery names as issuer. Absolute, without query or
    /// fragment. Tokens carry it, so a change voids all tokens.
    /// </summary>
    public string Issuer { get; set; } = "http://127.0.0.1:8080/";

    /// <summary>
    /// File with the keys that sign and seal tokens. It is made where it is missing and Issuing:CreateMissingKeys is
    /// true.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Whether cleartext HTTP is served: for demonstrations and behind a TLS proxy.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Life of an access token in seconds, 60 to 86,400.</summary>
    public int AccessTokenLifeSeconds { get; set; } = 7200;

    /// <summary>Life of a refresh token in days, 1 to 365.</summary>
    public int RefreshTokenLifeDays { get; set; } = 30;

    /// <summary>
    /// Life of an authorisation code in seconds, 10 to 600 (RFC 6749, section 4.1.2, advises ten minutes at
    /// most).
    /// </summary>
    public int CodeLifeSeconds { get; set; } = 300;
}
