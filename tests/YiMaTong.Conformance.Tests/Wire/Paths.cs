namespace YiMaTong.Conformance.Tests.Wire;

/// <summary>Paths of the interfaces.</summary>
internal static class Paths
{
    public const string Generate = "/api/v1/qrcode/generate";
    public const string UserTags = "/api/v1/user/tags";
    public const string ChannelQrcode = "/api/v1/channel/qrcode";
    public const string Decode = "/api/v1/qrcode/decode";
    public const string Authorize = "/api/v1/oauth/authorize";
    public const string Services = "/api/v1/services";
    public const string Notices = "/api/v1/notices";

    /// <summary>The five mandated interfaces, as rows of theories.</summary>
    public static TheoryData<string> Mandated => [Generate, UserTags, ChannelQrcode, Decode, Authorize];
}
