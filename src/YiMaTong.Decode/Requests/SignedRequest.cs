using YiMaTong.Codes.Time;

namespace YiMaTong.Decode.Requests;

/// <summary>The fields that every signed request of a merchant has.</summary>
/// <param name="MerchantId">The merchant.</param>
/// <param name="MacId">The device.</param>
/// <param name="Time">When it was signed, yyyyMMddHHmmss in UTC+8.</param>
/// <param name="Sign">The signature, Base64.</param>
internal readonly record struct SignedRequest(string MerchantId, string MacId, string Time, string Sign)
{
    /// <summary>When it was signed, in seconds of the Unix epoch; 0 where its time is none.</summary>
    public uint SignedAt => WireTime.TryParseCompact(Time, out var at)
        ? (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, uint.MaxValue)
        : 0;
}
