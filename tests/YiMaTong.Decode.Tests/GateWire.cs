using System.Buffers;
using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Sessions;

namespace YiMaTong.Decode.Tests;

/// <summary>
/// Takes messages to the node's handlers as the wire does, and reads the answers with Google's parser.
/// </summary>
internal static class GateWire
{
    public static GateCall Read(DecodeRequest request) => Read(request.ToByteArray(), RequestReader.TryReadOne);

    public static GateCall Read(byte[] bytes, ReadMessage read)
    {
        var call = new GateCall(bytes: 16, scans: 1);
        call.Take(new ReadOnlySequence<byte>(bytes), read);
        return call;
    }

    public static DecodeResponse Answer(GateCall call) => DecodeResponse.Parser.ParseFrom(call.Answer.Written);

    public static DecodeResponse Decode(Node node, DecodeRequest request)
    {
        var call = Read(request);
        node.Get<ScanHandler>().AnswerOne(call, PyCodes.Success);
        return Answer(call);
    }
}
