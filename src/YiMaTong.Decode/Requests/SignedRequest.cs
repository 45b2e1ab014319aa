namespace YiMaTong.Decode.Requests;

/// <summary>The fields that every signed request of a merchant has.</summary>
/// <param name="MerchantId">The merchant.</param>
/// <param name="MacId">The device.</param>
/// <param name="Time">When it was signed, yyyyMMddHHmmss in UTC+8.</param>
/// <param name="Sign">The signature, Base64.</param>
internal readonly record struct SignedRequest(string MerchantId, string MacId, string Time, string Sign);
