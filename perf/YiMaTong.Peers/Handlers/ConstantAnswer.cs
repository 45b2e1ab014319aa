using System.Security.Cryptography;
using YiMaTong.Codes.Online;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Peers.Handlers;

/// <summary>One answer for every scan: a real node's where one was handed over, else one of the usual length.</summary>
internal sealed class ConstantAnswer(string base64)
{
    /// <summary>The answer.</summary>
    public DecodeResponse Message { get; } = base64.Length > 0
        ? DecodeResponse.Parser.ParseFrom(Convert.FromBase64String(base64))
        : new()
        {
            Code = "PY0000",
            Msg = "成功",
            Decision = Decision.Permit,
            QrcodeType = CodeType.NameOf(CodeType.PublicTransport),
            TagNumbers = { 1, 2, 4 },
            CatalogueRevision = 70,
            DecisionId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            ScanId = "00000000",
            DataRevision = 100_000,
            DataAgeMs = 500,
        };

    /// <summary>A session for whoever asks.</summary>
    public static OpenSessionResponse Session { get; } = new()
    {
        Code = "PY0000",
        Msg = "成功",
        Session = Google.Protobuf.ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)),
        ExpiresIn = 43_200,
    };
}
