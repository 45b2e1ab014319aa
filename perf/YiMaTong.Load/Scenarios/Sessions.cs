using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Load.Wire;
using YiMaTong.Perf;

namespace YiMaTong.Load.Scenarios;

/// <summary>Opens gates' sessions.</summary>
internal static class Sessions
{
    private static readonly CallStep Open = new("/yimatong.decode.v1.DecodeService/OpenSession");
    private static readonly CallStep Scan = new("/yimatong.decode.v1.DecodeService/Decode");
    private static int _gate = -1;

    /// <summary>Opens that many, each of the next gate.</summary>
    public static IReadOnlyList<byte[]> OpenAll(City city, EndPoint server, int count)
    {
        using var signer = SignedRequests.Signer(city);
        using var link = new UnaryLink(server);
        var sessions = new List<byte[]>();
        while (sessions.Count < count)
        {
            // The profile's signatures are alike for one gate and second, and the second of them is a replay: then the
            // next gate.
            var response = OpenOne(link, signer, City.Device(Interlocked.Increment(ref _gate) % City.Devices));
            if (response.Session.Length > 0)
            {
                sessions.Add(response.Session.ToByteArray());
            }
            else if (response.Code != PyCodes.Replayed.Code)
            {
                throw new IOException($"no session: {response.Code} {response.Msg}");
            }
        }

        return sessions;
    }

    private static OpenSessionResponse OpenOne(UnaryLink link, RequestSigner signer, string macId)
    {
        var time = WireTime.Compact(TimeProvider.System.GetUtcNow());
        var request = new OpenSessionRequest
        {
            MerchantId = City.MerchantId,
            MacId = macId,
            Time = time,
            Sign = signer.SignFields(("macId", macId), ("merchantId", City.MerchantId), ("time", time)),
        };
        return OpenSessionResponse.Parser.ParseFrom(link.Call(Open, Message(request)));
    }

    /// <summary>Makes one scan, apart from any load.</summary>
    public static byte[] Decode(UnaryLink link, DecodeRequest request) => link.Call(Scan, Message(request));

    private static byte[] Message(IMessage message)
    {
        var body = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - 5);
        message.WriteTo(body.AsSpan(5));
        return body;
    }

    private sealed class CallStep(string path) : Step("call", path, 1)
    {
        public override bool TryNext(out int item, out ReadOnlyMemory<byte> body)
        {
            (item, body) = (0, default);
            return false;
        }

        public override Verdict Judge(int item, ReadOnlySpan<byte> answer) => Verdict.Good;
    }
}
