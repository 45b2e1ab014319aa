using System.Security.Cryptography.Cose;
using CsCheck;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using static YiMaTong.Codes.Tests.Emergency.EmergencyWorld;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>
/// Codes with damage, from every single byte to heaps of it. The cases by name are the seed corpus. YIMATONG_LONG=1
/// multiplies the random rounds by a hundred.
/// </summary>
public sealed class EmergencyDamageTests(ITestOutputHelper output)
{
    private static readonly EmergencyWorld _world = Instance;
    private static readonly bool _long = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";

    private readonly byte[] _static = BytesOf(_world.Static());
    private readonly byte[] _shown = BytesOf(_world.Shown(position: new CoarsePosition(30, 120)));

    [Fact]
    public void Verify_EverySingleByteOfAStaticCode_Counts() => EverySingleByteCounts(_static, 122);

    [Fact]
    public void Verify_EverySingleByteOfAShownCode_Counts() => EverySingleByteCounts(_shown, 240);

    [Fact]
    public void Verify_EveryPrefixAndSuffix_IsRefused()
    {
        foreach (var bytes in new[] { _static, _shown })
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Refused(bytes[..length]);
                Refused(bytes[(length + 1)..]);
            }
        }
    }

    [Fact]
    public void Verify_DamagedCorpus_PassesWhereItIsWholeAlone()
    {
        var corpus = EmergencyCases.All.Select(given => given.Text).Where(text => text.StartsWith("YE1"))
            .Select(BytesOf).Append(_static).Append(_shown).Where(bytes => bytes.Length > 0).ToArray();
        var edit = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 300], Gen.Byte);
        Sample(
            Gen.Select(Gen.Int[0, corpus.Length - 1], edit.Array[1, 4]),
            4_000,
            drawn =>
            {
                var bytes = drawn.Item2.Aggregate(corpus[drawn.Item1], Edit);
                if (_world.Verify(EmergencyIssuer.ToText(bytes)) == EmergencyStatus.Valid)
                {
                    Genuine(bytes);
                }
            });
    }

    [Fact]
    public void Verify_AnyBytesOrText_NeverPassesNorThrows()
    {
        Sample(Gen.Byte.Array[0, 260], 20_000, Refused);
        Sample(Gen.String, 20_000, text =>
        {
            Assert.Equal(EmergencyStatus.NotOurs, _world.Verify(text));
            Assert.NotEqual(EmergencyStatus.Valid, _world.Verify("YE1" + text));
        });
    }

    [Fact]
    public void Accept_DamagedDocuments_NeverPassNorThrow()
    {
        var declaration = new EmergencyDeclaration(Guid.Empty, 1, Now, Hangzhou, 0x7FF, From, Until)
            .Write(_world.Documents);
        byte[][] documents = [_world.KeySetDocument, _world.ListDocument, declaration, _world.CatalogueDocument];
        for (var i = 0; i < documents.Length; i++)
        {
            for (var at = 0; at < documents[i].Length; at++)
            {
                var copy = documents[i].ToArray();
                copy[at] ^= 0x11;
                Assert.DoesNotContain(DocumentStatus.Accepted, Offer(copy));
            }
        }

        Sample(Gen.Byte.Array[0, 400], 5_000, bytes => Assert.DoesNotContain(DocumentStatus.Accepted, Offer(bytes)));
    }

    private static DocumentStatus[] Offer(byte[] document) =>
    [
        EmergencyKeySet.Empty.Accept(document, [_world.Root.PublicKey], out _),
        StatusLists.Empty.Accept(document, _world.Keys, out _),
        StatusLists.Empty.AcceptDelta(document, _world.Keys, out _),
        EmergencyDeclarations.Empty.Accept(document, _world.Keys, out _),
        TagCatalogue.Empty.Accept(document, _world.Keys, out _),
    ];

    private static byte[] Edit(byte[] bytes, (int Kind, int At, byte Value) edit)
    {
        var at = bytes.Length == 0 ? 0 : edit.At % bytes.Length;
        return edit.Kind switch
        {
            0 when bytes.Length > 0 => [.. bytes[..at], edit.Value, .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], edit.Value, .. bytes[at..]],
            2 when bytes.Length > 0 => [.. bytes[..at], .. bytes[(at + 1)..]],
            3 => bytes[..at],
            _ => [.. bytes[at..], .. bytes[..at]],
        };
    }

    private static void EverySingleByteCounts(byte[] code, int length)
    {
        Assert.Equal(length, code.Length);
        for (var at = 0; at < code.Length; at++)
        {
            var copy = code.ToArray();
            foreach (var mask in new byte[] { 0x01, 0x80, 0x20, 0xFF })
            {
                copy[at] = (byte)(code[at] ^ mask);
                Refused(copy);
            }
        }

        Assert.Equal(EmergencyStatus.Valid, _world.Verify(EmergencyIssuer.ToText(code)));
    }

    // An edit may undo what made a case of the corpus wrong. What passes then is whole, and the platform verifies it.
    private static void Genuine(byte[] bytes)
    {
        var message = CoseMessage.DecodeSign1(bytes);
        Assert.Equal(message.Encode(), bytes);
        var shown = message.ProtectedHeaders.ContainsKey(new CoseHeaderLabel(13));
        using var key = CrossCheckTests.Public(shown ? _world.Holder : _world.Issuer);
        Assert.True(message.VerifyEmbedded(key, shown ? "YE1 showing"u8 : "YE1 static"u8));
    }

    private static void Refused(byte[] bytes) =>
        Assert.NotEqual(EmergencyStatus.Valid, _world.Verify(EmergencyIssuer.ToText(bytes)));

    private void Sample<T>(Gen<T> gen, long rounds, Action<T> check)
    {
        rounds *= _long ? 100 : 1;
        var note = _long ? "is set" : "makes them a hundred times as many";
        output.WriteLine($"{rounds} rounds; YIMATONG_LONG=1 {note}");
        gen.Sample(check, iter: rounds);
    }
}
