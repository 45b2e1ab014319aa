namespace YiMaTong.Hosting.Envelope;

/// <summary>Which paths answer in a form of their own. Services add to it in code; it is no setting.</summary>
public sealed class EnvelopeOptions
{
    /// <summary>
    /// Path prefixes outside the envelope, each with its leading slash: the OAuth endpoints follow RFC 6749, pages are
    /// HTML.
    /// </summary>
    public IList<string> ExemptPrefixes { get; } = [];
}
