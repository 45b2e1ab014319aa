using System.Collections.Frozen;
using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Requests;

namespace YiMaTong.Decode.Marshalling;

/// <summary>
/// Fields 1 and 2 of every answer, encoded once: the return code and what it means. Every answer of this service has
/// them under the same numbers. Thread-safe.
/// </summary>
internal static class Envelopes
{
    private static readonly FrozenDictionary<int, byte[]> _byNumber =
        PyCodes.All.ToFrozenDictionary(code => code.Number, code => Encode(code, code.Message));

    /// <summary>The code is empty or too long.</summary>
    public static readonly byte[] BadCode = BadParameter("qrcode");

    /// <summary>The scan's number is too long.</summary>
    public static readonly byte[] BadScanId = BadParameter("scan_id");

    /// <summary>A field is asked for that there is not.</summary>
    public static readonly byte[] BadFields = BadParameter("fields");

    /// <summary>There are no scans, or too many.</summary>
    public static readonly byte[] BadScans = BadParameter("scans");

    /// <summary>The message cannot be read.</summary>
    public static readonly byte[] Malformed = BadParameter("request");

    /// <summary>The envelope of a return code.</summary>
    public static byte[] Of(PyCode code) => _byNumber[code.Number];

    private static byte[] BadParameter(string field) => Encode(PyCodes.BadParameter, FieldLimits.Message(field));

    private static byte[] Encode(PyCode code, string message) =>
        new DecodeResponse { Code = code.Code, Msg = message }.ToByteArray();
}
