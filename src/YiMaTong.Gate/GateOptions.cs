using YiMaTong.Codes.Signing;

namespace YiMaTong.Gate;

/// <summary>Who a gate is, and whom it asks.</summary>
public sealed class GateOptions
{
    /// <summary>
    /// Decode nodes, most preferred first, 1 to 16: for example <c>http://10.0.0.1:8081</c>. Required.
    /// </summary>
    public IList<Uri> Nodes { get; } = [];

    /// <summary>The merchant that the gate belongs to, 1 to 64 characters. Required.</summary>
    public string MerchantId { get; set; } = "";

    /// <summary>The device's number as registered, 1 to 64 characters. Required.</summary>
    public string MacId { get; set; } = "";

    /// <summary>The merchant's registered signature profile. Default RSA-PSS.</summary>
    public SignatureProfile Profile { get; set; } = SignatureProfile.RsaPssSha256;

    /// <summary>The merchant's private key, one unencrypted PEM block. Required. Never logged.</summary>
    public string PrivateKeyPem { get; set; } = "";

    /// <summary>
    /// Milliseconds from the scan to the answer, all tries together, 20 to 10,000. Default 300: what a passenger at
    /// walking pace does not notice.
    /// </summary>
    public int DeadlineMs { get; set; } = 300;

    /// <summary>
    /// Milliseconds without an answer after which a second node is asked as well, 5 to 10,000. Default 60. Above the
    /// slowest of ordinary answers, or every scan is asked twice.
    /// </summary>
    public int HedgeAfterMs { get; set; } = 60;

    /// <summary>Every setting that is wrong, as "Key: what is wrong"; empty where all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (Nodes.Count is < 1 or > 16)
        {
            yield return $"{nameof(Nodes)}: 1 to 16 are needed ({Nodes.Count})";
        }

        foreach (var node in Nodes.Where(node => !IsWeb(node)))
        {
            yield return $"{nameof(Nodes)}: must be http or https ({node})";
        }

        foreach (var (key, value) in new[] { (nameof(MerchantId), MerchantId), (nameof(MacId), MacId) })
        {
            if (value.Length is < 1 or > 64)
            {
                yield return $"{key}: must have 1 to 64 characters ({value.Length})";
            }
        }

        if (DeadlineMs is < 20 or > 10_000)
        {
            yield return $"{nameof(DeadlineMs)}: must be from 20 to 10000 ({DeadlineMs})";
        }

        if (HedgeAfterMs is < 5 or > 10_000)
        {
            yield return $"{nameof(HedgeAfterMs)}: must be from 5 to 10000 ({HedgeAfterMs})";
        }

        var readable = RequestSigner.TryCreate(Profile, PrivateKeyPem, out var signer, out var error);
        signer?.Dispose();
        if (!readable)
        {
            yield return $"{nameof(PrivateKeyPem)}: {error}";
        }
    }

    internal static bool IsWeb(Uri address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" };
}
