using System.Text.Unicode;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Where answers are given, as the journal writes it: made once for a session rather than for each of its scans.
/// Immutable.
/// </summary>
internal sealed class DecisionPlace
{
    /// <summary>Most bytes of <see cref="Encoded"/>.</summary>
    public const int EncodedMax = 3 * (1 + TextMax);

    private const int TextMax = 255;

    private readonly byte[] _encoded;

    /// <summary>Makes one.</summary>
    /// <param name="merchantId">The merchant.</param>
    /// <param name="macId">The device.</param>
    /// <param name="sceneId">The merchant's scene.</param>
    public DecisionPlace(string merchantId, string macId, string sceneId)
    {
        (MerchantId, MacId, SceneId) = (merchantId, macId, sceneId);
        Span<byte> encoded = stackalloc byte[EncodedMax];
        var length = Write(encoded, merchantId);
        length += Write(encoded[length..], macId);
        length += Write(encoded[length..], sceneId);
        _encoded = encoded[..length].ToArray();
    }

    /// <summary>The merchant.</summary>
    public string MerchantId { get; }

    /// <summary>The device.</summary>
    public string MacId { get; }

    /// <summary>The merchant's scene.</summary>
    public string SceneId { get; }

    /// <summary>The three in UTF-8, each behind a byte for its length.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    private static int Write(Span<byte> bytes, string text)
    {
        // What does not fit is cut at a character: registered ids are far shorter.
        _ = Utf8.FromUtf16(text, bytes.Slice(1, TextMax), out _, out var written);
        bytes[0] = (byte)written;
        return 1 + written;
    }
}
