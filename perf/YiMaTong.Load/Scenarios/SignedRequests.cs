using YiMaTong.Codes.Online;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Load.Wire;
using YiMaTong.Perf;

namespace YiMaTong.Load.Scenarios;

/// <summary>
/// Requests of B.4, signed on all cores that the process may use: a signature costs half a millisecond.
/// </summary>
internal static class SignedRequests
{
    private const string Path = "/api/v1/qrcode/decode";

    /// <summary>Signs that many requests, each of another code.</summary>
    public static byte[][] Make(City city, Citizens citizens, int count)
    {
        var scanners = new int[count];
        for (var i = 0; i < count; i++)
        {
            scanners[i] = citizens.Next();
        }

        using var signer = Signer(city);
        var requests = new byte[count][];
        Parallel.For(0, count, i => requests[i] = One(city, signer, scanners[i], City.Device(i % City.Devices)));
        return requests;
    }

    /// <summary>The merchant's signer.</summary>
    public static RequestSigner Signer(City city) => RequestSigner.TryCreate(
        SignatureProfile.Sha256WithRsa, city.MerchantPrivateKeyPem, out var signer, out var error)
        ? signer
        : throw new InvalidDataException(error);

    /// <summary>Writes requests to a file.</summary>
    public static void Save(string file, byte[][] requests)
    {
        using var writer = new BinaryWriter(File.Create(file));
        writer.Write(requests.Length);
        foreach (var request in requests)
        {
            writer.Write(request.Length);
            writer.Write(request);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static byte[][] Load(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        var requests = new byte[reader.ReadInt32()][];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = reader.ReadBytes(reader.ReadInt32());
        }

        return requests;
    }

    private static byte[] One(City city, RequestSigner signer, int citizen, string macId)
    {
        var now = TimeProvider.System.GetUtcNow();
        Span<char> text = stackalloc char[OnlineCode.Length];
        city.Mint(citizen, (uint)now.ToUnixTimeSeconds(), text);
        var (code, time) = (new string(text), WireTime.Compact(now));
        var sign = signer.SignFields(
            ("macId", macId), ("merchantId", City.MerchantId), ("qrcode", code), ("time", time));
        return RestLink.Request(
            Path,
            $"{{\"merchantId\":\"{City.MerchantId}\",\"time\":\"{time}\",\"sign\":\"{sign}\","
            + $"\"macId\":\"{macId}\",\"qrcode\":\"{code}\"}}");
    }
}
