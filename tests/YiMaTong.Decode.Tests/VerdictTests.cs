using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using YiMaTong.Codes.Online;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Sessions;
using YiMaTong.Decode.Standard;

namespace YiMaTong.Decode.Tests;

/// <summary>
/// The two ways of asking beside each other, and what somebody without the key can do to a signed request. Seeds are
/// fixed; a failing case prints its own.
/// </summary>
public sealed class VerdictTests
{
    private const int Requests = 10_000;
    private const int Mutations = 100_000;
    private const int SignedRequests = 200;

    private static readonly int Times = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1" ? 10 : 1;

    private static string RandomCode(Random random, uint now, int number)
    {
        var keyBytes = random.Next(10) == 0 ? new byte[CodeKey.KeyLength] : World.CodeKeyBytes;
        var key = new CodeKey(random.Next(10) == 0 ? (byte)9 : World.KeyId, keyBytes);
        var handle = random.Next(10) == 0 ? World.Handle + 1 : World.Handle;
        var issuedAt = (uint)(now + random.Next(-150, 20));
        var code = Node.Mint(key, issuedAt, (byte)random.Next(1, 3), handle, 5 * random.Next(1, 20)).ToCharArray();
        return random.Next(10) switch
        {
            // Each text is another, so that no request is the repetition of one before.
            0 => $"https://example.org/{number}",
            1 => new string(code.AsSpan(0, random.Next(1, code.Length))) + number,
            2 => Altered(code, random),
            3 => $"码{number}",
            4 => new string('Y', 513) + number,
            _ => new string(code),
        };
    }

    private static string Altered(char[] code, Random random)
    {
        code[random.Next(code.Length)] = (char)random.Next(33, 91);
        return new string(code);
    }

    // Every signature is to be looked at here, however many bad ones came before.
    private static void Unrationed(LoadOptions load)
    {
        load.StrangersPerSecond = load.StrangersPerSecondPerAddress = 1_000_000;
        load.SignedPerSecondPerDevice = load.SignedPerSecondPerMerchant = 0;
        load.BadSignatureBurst = 10_000;
        load.BadSignaturesPerMinute = 60_000;
    }

    private static Node ReadyNode(Random random)
    {
        var node = Node.Ready(load: Unrationed);
        node.Change(r => World.Merchant(r, m =>
        {
            (m.SignatureProfile, m.PublicKey) = ("SHA256withRSA", ByteString.CopyFrom(Keys.Pkcs1.PublicDer));
            m.ReasonDetail = random.Next(2) == 0;
        }));
        node.Change(r => World.Scene(r, s => s.AdmissionRule = random.Next(4) == 0 ? "subject.Has(\"talent-e\")" : ""));
        node.Change(r => World.Subject(r, s => (s.Tags, s.SceneKinds, s.ValidFrom) = (
            (ulong)random.Next(16), random.Next(5) == 0 ? 0u : 1u, node.Now - (uint)random.Next(200))));
        return node;
    }

    [Fact]
    public void GrpcAndStandard_RandomRequests_GiveTheSameVerdict()
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < Requests * Times;)
        {
            var random = new Random(i);
            using var node = ReadyNode(random);
            var token = node.Get<SessionTable>().Open(
                World.MerchantId, World.MacId, MerchantKeys.IdOf(Keys.Pkcs1.PublicDer));
            var session = ByteString.CopyFrom(token.ToBytes());
            for (var end = i + 500; i < end; i++)
            {
                var code = RandomCode(random, node.Now, i);
                var signed = StandardDecodeTests.Signed(node, code, keys: Keys.Pkcs1);
                var standard = node.Get<StandardDecodeGrpcService>().Answer(signed, default);
                var grpc = GateWire.Decode(node, new() { Session = session, Qrcode = code, ScanId = $"{i}" });
                Assert.True(standard.Code == grpc.Code, $"request {i}: B.4 {standard.Code}, gRPC {grpc.Code}");
                Assert.Equal(grpc.Decision == Decision.Permit, standard.HasResponse);
                _ = seen.Add(grpc.Code);
            }
        }

        Assert.Superset(new HashSet<string> { "PY0000", "PY1001", "PY1010", "PY2006", "PY2007", "PY2008" }, seen);
    }

    [Fact]
    public async Task GrpcAndRest_RandomRequestsOverTheWire_GiveTheSameVerdict()
    {
        await using var host = await GateHost.Start();
        var session = await host.OpenSession();
        using var http = new HttpClient();
        var cancellation = TestContext.Current.CancellationToken;
        var random = new Random(4);
        for (var i = 0; i < Requests; i++)
        {
            var now = DateTimeOffset.UtcNow;

            // Seconds at the very edge may pass between the two: lives that end about now are left to the test above.
            var longAgo = (uint)now.ToUnixTimeSeconds() - 500;
            var code = random.Next(2) == 0 ? GateHost.Mint() : RandomCode(random, longAgo, i);
            var signed = StandardDecodeTests.Signed(now, code, "qrcode");
            using var rest = await http.PostAsJsonAsync(
                new Uri(host.At.Rest, "/api/v1/qrcode/decode"),
                new
                {
                    merchantId = signed.MerchantId,
                    macId = signed.MacId,
                    time = signed.Time,
                    sign = signed.Sign,
                    qrcode = code,
                },
                cancellation);
            using var body = JsonDocument.Parse(await rest.Content.ReadAsStringAsync(cancellation));
            var grpc = await host.Client.DecodeAsync(
                new() { Session = session, Qrcode = code, ScanId = $"{i}" }, cancellationToken: cancellation);
            Assert.Equal(grpc.Code, body.RootElement.GetProperty("code").GetString());
        }
    }

    [Theory]
    [InlineData("RSA-PSS-SHA256")]
    [InlineData("SHA256withRSA")]
    public void DecodeQrcode_MutatedRequests_AreAllRefused(string profile)
    {
        var keys = profile == "RSA-PSS-SHA256" ? Keys.Pss : Keys.Pkcs1;
        using var node = Node.Ready(load: Unrationed);
        node.Change(r => World.Merchant(r, m =>
            (m.SignatureProfile, m.PublicKey) = (profile, ByteString.CopyFrom(keys.PublicDer))));
        var signed = Enumerable.Range(0, SignedRequests)
            .Select(_ => StandardDecodeTests.Signed(node, keys: keys)).ToArray();
        var service = node.Get<StandardDecodeGrpcService>();

        // The two profiles share the number between them.
        for (var seed = 0; seed < Mutations / 2 * Times; seed++)
        {
            // The clock stands still: a second's ration of bad signatures would not last for all of them.
            if (seed % 50 == 0)
            {
                node.Time.Advance(TimeSpan.FromMilliseconds(50));
            }

            var mutated = Mutate(signed[seed % signed.Length].Clone(), new Random(seed));
            var answer = service.Answer(mutated, default);
            Assert.True(
                answer.Code is "PY2001" or "PY2002" or "PY2003" or "PY1001" && !answer.HasResponse,
                $"mutation {seed} of {profile} was answered {answer.Code}");
        }

        // None of it used a genuine request up.
        Assert.All(signed, request => Assert.Equal("PY0000", service.Answer(request, default).Code));
    }

    private static DecodeQrcodeRequest Mutate(DecodeQrcodeRequest request, Random random)
    {
        switch (random.Next(7))
        {
            case 0:
                request.Qrcod = Mutate(request.Qrcod, random);
                break;
            case 1:
                request.MerchantId = Mutate(request.MerchantId, random);
                break;
            case 2:
                request.MacId = Mutate(request.MacId, random);
                break;
            case 3:
                request.Time = Mutate(request.Time, random);
                break;
            case 4:
                (request.Qrcod, request.Qrcode) = ("", request.Qrcod);
                break;
            case 5:
                request.Qrcode = request.Qrcod;
                break;
            default:
                // Bytes, not characters: the last character of Base64 has bits that mean nothing.
                var signature = Convert.FromBase64String(request.Sign);
                signature[random.Next(signature.Length)] ^= (byte)random.Next(1, 256);
                request.Sign = Convert.ToBase64String(signature);
                break;
        }

        return request;
    }

    private static string Mutate(string text, Random random)
    {
        var at = random.Next(text.Length);
        return random.Next(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, ((char)random.Next(33, 127)).ToString()),
            _ => text[..at] + (char)(text[at] ^ random.Next(1, 32)) + text[(at + 1)..],
        };
    }
}
