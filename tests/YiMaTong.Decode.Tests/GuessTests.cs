using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Text;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Sessions;

namespace YiMaTong.Decode.Tests;

/// <summary>
/// What somebody learns who has no key: guesses and altered codes open nothing (200,000; 10 million with
/// YIMATONG_LONG=1), and one refusal looks like another. Nothing runs beside: one of the tests measures time.
/// </summary>
[Collection(nameof(GuessTests))]
[CollectionDefinition(DisableParallelization = true)]
public sealed class GuessTests(ITestOutputHelper output)
{
    private const int CodeBytes = 38;
    private const int Genuine = 512;
    private const int PrefixLength = 3;
    private const int Rounds = 20_000;

    private static int Guesses => Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1" ? 10_000_000 : 200_000;

    private static byte[] BytesOf(string code)
    {
        var bytes = new byte[CodeBytes];
        Assert.True(Base45.TryDecode(code.AsSpan(PrefixLength), bytes, out _));
        return bytes;
    }

    /// <summary>One guess: its bytes are never those of a genuine code.</summary>
    private static void Guess(Random random, byte[][] genuine, Span<byte> guess)
    {
        var one = genuine[random.Next(genuine.Length)];
        one.CopyTo(guess);
        switch (random.Next(6))
        {
            case 0:
                // Everything but the key's id out of thin air.
                random.NextBytes(guess[1..]);
                break;
            case 1:
                guess[random.Next(CodeBytes)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                // A later issue time for somebody's old code.
                guess[1 + random.Next(4)] += (byte)random.Next(1, 256);
                break;
            case 3:
                // The head of one genuine code and the tail of another.
                var other = genuine[random.Next(genuine.Length)];
                var cut = random.Next(1, CodeBytes);
                other.AsSpan(cut).CopyTo(guess[cut..]);
                break;
            case 4:
                for (var i = random.Next(1, 6); i > 0; i--)
                {
                    guess[random.Next(CodeBytes)] = (byte)random.Next(256);
                }

                break;
            default:
                // The sealed part as it is, under another key's id.
                guess[0] = (byte)random.Next(256);
                break;
        }
    }

    private static bool IsGenuine(byte[][] genuine, ReadOnlySpan<byte> guess)
    {
        foreach (var one in genuine)
        {
            if (guess.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }

    [Fact]
    public void Decode_GuessedAndAlteredCodes_OpensNone()
    {
        using var node = Node.Ready();
        var codes = Enumerable.Range(0, Genuine).Select(_ => node.Mint()).ToArray();
        var genuine = codes.Select(BytesOf).ToArray();
        var engine = node.Get<DecodeEngine>();
        Assert.True(node.Get<NodeRegistry>().TryGetMerchant(World.MerchantId, out var merchant));
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"{Guesses:N0} guesses, seed {seed} (10,000,000 with YIMATONG_LONG=1)");
        var random = new Random(seed);
        Span<byte> guess = stackalloc byte[CodeBytes];
        Span<char> text = stackalloc char[60];
        "YM1".CopyTo(text);
        var tried = 0;
        for (var i = 0; tried < Guesses; i++)
        {
            Guess(random, genuine, guess);
            if (IsGenuine(genuine, guess))
            {
                continue;
            }

            tried++;
            Assert.True(Base45.TryEncode(guess, text[PrefixLength..], out _));
            var outcome = default(DecodeOutcome);
            engine.Decode(new ScanInput { Code = text, Merchant = merchant, MacId = World.MacId }, ref outcome);
            if (outcome.Decision != Decision.Deny || outcome.Fields != 0 || outcome.Tags != 0)
            {
                Assert.Fail($"guess {i} of seed {seed} was answered {outcome.Code} {outcome.Decision}");
            }
        }

        // The genuine ones are none the worse for it.
        Assert.All(codes, code => Assert.Equal(PyCodes.Success, node.Scan(code).Code));
    }

    /// <summary>A node, and one code of each kind that a merchant without entitlement must not tell apart.</summary>
    private static (string Cause, string Code)[] Refused(Node node)
    {
        const ulong Frozen = 101;
        const ulong Elsewhere = 102;
        node.Change(r => World.Merchant(r, m => m.ReasonDetail = false));
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        node.Change(r => World.Subject(r, s => (s.Handle, s.State) = (Frozen, SubjectState.Frozen)));
        node.Change(r => World.Subject(r, s => (s.Handle, s.SceneKinds) = (Elsewhere, 0)));
        var used = node.Mint();
        Assert.Equal(PyCodes.Success, node.Scan(used, "first").Cause);
        var refused = new[]
        {
            ("unknown", node.Mint(handle: 42)), ("expired", node.Mint(issuedAt: node.Now - 100)), ("used", used),
            ("revoked", node.Mint(handle: Frozen)), ("not authorised", node.Mint(handle: Elsewhere)),
        };
        Assert.Equal(
            [2007, 2008, 2009, 2010, 2016], refused.Select(r => node.Scan(r.Item2, "second").Cause.Number));
        return refused;
    }

    [Fact]
    public void DecodeOverGrpc_MerchantWithoutEntitlement_SameBytesForEachReason()
    {
        using var node = Node.Ready();
        var refused = Refused(node);
        var token = node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key);
        var session = ByteString.CopyFrom(token.ToBytes());
        var answers = refused.Select(r =>
        {
            var answer = GateWire.Decode(node, new() { Session = session, Qrcode = r.Code, ScanId = "third" });
            Assert.NotEmpty(answer.DecisionId);
            var length = answer.CalculateSize();
            answer.DecisionId = "";
            return (length, Convert.ToHexString(answer.ToByteArray()));
        });

        _ = Assert.Single(answers.ToHashSet());
    }

    [Fact]
    public void Decode_MerchantWithoutEntitlement_SimilarTimeForEachReason()
    {
        using var node = Node.Ready();
        var refused = Refused(node);
        var times = refused.Select(_ => new long[Rounds]).ToArray();
        var engine = node.Get<DecodeEngine>();
        Assert.True(node.Get<NodeRegistry>().TryGetMerchant(World.MerchantId, out var merchant));
        for (var round = -2_000; round < Rounds; round++)
        {
            for (var i = 0; i < refused.Length; i++)
            {
                var outcome = default(DecodeOutcome);
                var scan = new ScanInput
                {
                    Code = refused[i].Code,
                    Merchant = merchant,
                    MacId = World.MacId,
                    ScanId = "third"u8,
                };
                var start = Stopwatch.GetTimestamp();
                engine.Decode(scan, ref outcome);
                times[i][Math.Max(round, 0)] = Stopwatch.GetTimestamp() - start;
            }
        }

        var line = new StringBuilder();
        var medians = times.Select(Median).ToArray();
        for (var i = 0; i < medians.Length; i++)
        {
            _ = line.Append($"{refused[i].Cause} {medians[i]:F0} ns, ");
        }

        output.WriteLine(line.ToString());

        // A network's own scatter is a hundred times that; a reason that took a disk or a lock would show.
        Assert.True(medians.Max() - medians.Min() < 10_000, line.ToString());
    }

    private static double Median(long[] ticks)
    {
        Array.Sort(ticks);
        return ticks[ticks.Length / 2] * 1e9 / Stopwatch.Frequency;
    }
}
