using System.Buffers.Binary;
using YiMaTong.Codes.Emergency.Cose;
using static YiMaTong.Codes.Emergency.EmergencyCodeLayout;

namespace YiMaTong.Codes.Emergency.Issuing;

/// <summary>What a phone does to show a holder-bound code: sign the time, offline. Thread-safe.</summary>
public static class HolderProof
{
    /// <summary>Shows a code.</summary>
    /// <param name="token">The issuer's token.</param>
    /// <param name="holder">Signs with the phone's key; its name does not matter.</param>
    /// <param name="now">Second of the Unix epoch by the phone's clock.</param>
    /// <param name="position">Where the phone is; null where its owner does not say.</param>
    /// <returns>The text: 363 characters at most, worth a minute.</returns>
    /// <exception cref="ArgumentException">The token is empty or too long to be one.</exception>
    public static string Show(
        ReadOnlySpan<byte> token, IEmergencySigner holder, uint now, CoarsePosition? position = null)
    {
        ArgumentNullException.ThrowIfNull(holder);
        if (token.Length is 0 or > TokenBytesMax)
        {
            throw new ArgumentException($"A token has 1 to {TokenBytesMax} bytes.", nameof(token));
        }

        Span<byte> payload = stackalloc byte[ShownAtLength + CoarsePosition.Length];
        BinaryPrimitives.WriteUInt32BigEndian(payload, now);
        position?.Write(payload[ShownAtLength..]);
        var headers = new CborBuilder().Map(HeaderCount).Number(1).Integer(-7).Number(13).Raw(token).ToArray();
        return EmergencyIssuer.ToText(CoseSigner.Sign(
            headers, ShowingContext, payload[..(position is null ? ShownAtLength : payload.Length)], holder, true));
    }
}
