using CsCheck;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Tests.Support;
using YiMaTong.Codes.Text;

namespace YiMaTong.Codes.Tests.Online;

/// <summary>
/// What a scanner may read that is no code of ours, from another scheme's text to one wrong character.
/// </summary>
public sealed class OnlineCodeDamageTests
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    private readonly CodeKeyRing _ring = CodeKeyRing.Empty.With(TestKeys.Code(1)).With(TestKeys.Code(2, 0x40));
    private readonly string _code;

    public OnlineCodeDamageTests() =>
        _code = OnlineCodeTests.Mint(_ring.Find(1)!, new CodePayload(42, 1, 1, 0, 60), 1_700_000_000);

    [Fact]
    public void Open_EverySingleCharacterChange_IsRefused()
    {
        var tried = 0;
        for (var position = 0; position < _code.Length; position++)
        {
            foreach (var symbol in Alphabet.Where(symbol => symbol != _code[position]))
            {
                var status = Open(Replace(position, symbol));
                Assert.NotEqual(CodeOpenStatus.Opened, status);
                Assert.True(position >= 3 || status == CodeOpenStatus.NotOurs, "The prefix counts.");
                tried++;
            }
        }

        Assert.Equal(60 * 44, tried);
    }

    [Fact]
    public void TryUnseal_EveryBitOfTheSeal_IsRefusedByThePlatformsWayToo()
    {
        var key = TestKeys.Code(1);
        Span<byte> bytes = stackalloc byte[38];
        Span<byte> plaintext = stackalloc byte[13];
        Assert.True(Base45.TryDecode(_code.AsSpan(3), bytes, out _));
        ReadOnlySpan<byte> data = [(byte)'Y', (byte)'M', (byte)'1', 1];
        Assert.True(key.TryUnsealByPlatform(bytes[1..13], bytes[13..26], bytes[26..], plaintext, data));
        for (var bit = 8; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(key.TryUnseal(bytes[1..13], bytes[13..26], bytes[26..], plaintext, data));
            Assert.False(key.TryUnsealByPlatform(bytes[1..13], bytes[13..26], bytes[26..], plaintext, data));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Theory]
    [InlineData('a')]
    [InlineData('y')]
    [InlineData('_')]
    [InlineData('\0')]
    [InlineData('\n')]
    [InlineData('\u00a0')]
    [InlineData('\u0130')]
    [InlineData('\uff10')]
    [InlineData('\ud83d')]
    [InlineData('\uffff')]
    public void Open_ForeignCharacterAnywhere_IsNotOurs(char foreign)
    {
        for (var position = 0; position < _code.Length; position++)
        {
            Assert.Equal(CodeOpenStatus.NotOurs, Open(Replace(position, foreign)));
        }
    }

    [Fact]
    public void Open_LowerCaseShorterOrLonger_IsNotOurs()
    {
        for (var length = 0; length < _code.Length; length++)
        {
            Assert.Equal(CodeOpenStatus.NotOurs, Open(_code[..length]));
            Assert.Equal(CodeOpenStatus.NotOurs, Open(_code[length..][1..]));
        }

        Assert.Equal(CodeOpenStatus.NotOurs, Open(ToLower(_code)));
        foreach (var extra in Alphabet)
        {
            Assert.Equal(CodeOpenStatus.NotOurs, Open(_code + extra));
            Assert.Equal(CodeOpenStatus.NotOurs, Open(extra + _code));
        }

        Assert.Equal(CodeOpenStatus.NotOurs, Open(_code + _code));
    }

    [Fact]
    public void Open_OtherVersions_IsNotOurs()
    {
        foreach (var version in Alphabet.Where(version => version != '1'))
        {
            Assert.Equal(CodeOpenStatus.NotOurs, Open(Replace(2, version)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("281234567890123456")]
    [InlineData("https://example.com/pay?code=0123456789012345678901234567890")]
    [InlineData("YE1ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDE")]
    [InlineData("\u0001\u0002\u0003\u0000\uffff")]
    [InlineData("一码通一码通")]
    public void Open_OtherSchemes_IsNotOurs(string text) => Assert.Equal(CodeOpenStatus.NotOurs, Open(text));

    [Fact]
    public void Open_TenThousandCharacters_IsNotOurs()
    {
        Assert.Equal(CodeOpenStatus.NotOurs, Open(_code + new string('0', 10_000)));
        Assert.Equal(CodeOpenStatus.NotOurs, Open(new string('Y', 10_000)));
    }

    [Fact]
    public void Open_AnyText_NeverThrowsNorOpens() =>
        Gen.String.Sample(text => Assert.Equal(CodeOpenStatus.NotOurs, Open(text)));

    [Fact]
    public void Open_RandomPayloadInOurFormat_IsNeverOpened() => Gen.Byte.Array[38].Sample(bytes =>
    {
        bytes[0] = (byte)(1 + bytes[0] % 2);
        Assert.Equal(CodeOpenStatus.Forged, Open(TextOf(bytes)));
    }, iter: 2000);

    [Fact]
    public void Open_EverySingleBitChange_IsRefused()
    {
        var bytes = new byte[38];
        Assert.True(Base45.TryDecode(_code.AsSpan(3), bytes, out _));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal(bit < 8 ? CodeOpenStatus.UnknownKey : CodeOpenStatus.Forged, Open(TextOf(bytes)));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(_ring, TextOf(bytes), out _));
    }

    [Fact]
    public void Open_KeyNumberOfAnotherKey_IsForged()
    {
        var bytes = new byte[38];
        Assert.True(Base45.TryDecode(_code.AsSpan(3), bytes, out _));
        bytes[0] = 2;
        Assert.Equal(CodeOpenStatus.Forged, Open(TextOf(bytes)));
    }

    private CodeOpenStatus Open(string text)
    {
        var status = OnlineCode.Open(_ring, text, out var code);
        Assert.Equal(default, code);
        return status;
    }

    private string Replace(int position, char symbol) => $"{_code[..position]}{symbol}{_code[(position + 1)..]}";

    private static string ToLower(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));

    private static string TextOf(byte[] bytes)
    {
        var text = new char[57];
        Assert.True(Base45.TryEncode(bytes, text, out _));
        return "YM1" + new string(text);
    }
}
