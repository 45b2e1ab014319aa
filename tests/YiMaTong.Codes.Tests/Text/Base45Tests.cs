using System.Text;
using CsCheck;
using YiMaTong.Codes.Tests.Support;
using YiMaTong.Codes.Text;

namespace YiMaTong.Codes.Tests.Text;

public sealed class Base45Tests
{
    [Theory]
    [InlineData("AB", "BB8")]
    [InlineData("Hello!!", "%69 VD92EX0")]
    [InlineData("base-45", "UJCLQE7W581")]
    [InlineData("ietf!", "QED8WEX0")]
    [InlineData("", "")]
    public void EncodeAndDecode_ExamplesOfTheRfc_Agree(string plain, string text)
    {
        Assert.Equal(text, Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.Equal(plain, Encoding.ASCII.GetString(Decode(text) ?? [0]));
    }

    [Theory]
    [InlineData("GGW")] // 65,536: one above the greatest triplet
    [InlineData(":::")]
    [InlineData("V5")] // 256: one above the greatest pair
    [InlineData("::")]
    [InlineData("A")]
    [InlineData("BB8A")]
    [InlineData("bb8")]
    [InlineData("BB\t")]
    [InlineData("BB\u00e9")]
    [InlineData("B\u0142B")] // its low byte is "B"
    [InlineData("BB\uff18")]
    [InlineData("BB\ufffd")]
    public void TryDecode_NotStrictBase45_IsRefused(string text)
    {
        Assert.Null(Decode(text));
        Assert.False(Base45.TryDecode(Encoding.UTF8.GetBytes(text), new byte[64], out var written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void TryDecode_EveryTriplet_IsTakenExactlyUpTo65535()
    {
        const string alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        Span<byte> bytes = stackalloc byte[2];
        Span<char> text = stackalloc char[3];
        for (var value = 0; value < 45 * 45 * 45; value++)
        {
            text[0] = alphabet[value % 45];
            text[1] = alphabet[value / 45 % 45];
            text[2] = alphabet[value / 2025];
            Assert.Equal(value <= 65535, Base45.TryDecode(text, bytes, out _));
            if (value <= 65535)
            {
                Assert.Equal(value, bytes[0] * 256 + bytes[1]);
            }
        }
    }

    [Fact]
    public void TryEncode_EveryLastPairOfBytes_NeverEndsInSpace()
    {
        Span<byte> payload = stackalloc byte[38];
        Span<char> text = stackalloc char[57];
        for (var last = 0; last <= 65535; last++)
        {
            (payload[36], payload[37]) = ((byte)(last >> 8), (byte)last);
            Assert.True(Base45.TryEncode(payload, text, out _));
            Assert.NotEqual(' ', text[56]);
        }
    }

    [Fact]
    public void TryEncode_AnyBytes_DecodesBackInCharactersAndUtf8() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        var text = Encode(bytes);
        var utf8 = new byte[Base45.EncodedLength(bytes.Length)];
        Assert.True(Base45.TryEncode(bytes, utf8, out var written));
        Assert.Equal(text, Encoding.UTF8.GetString(utf8.AsSpan(0, written)));
        Assert.Equal(bytes, Decode(text));
        var back = new byte[bytes.Length];
        Assert.True(Base45.TryDecode(utf8, back, out written));
        Assert.Equal(bytes, back[..written]);
    });

    [Fact]
    public void TryDecode_AnyTextThatIsTaken_EncodesToTheSameText() =>
        Gen.Char["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"].Array[0, 60].Sample(characters =>
        {
            var text = new string(characters);
            if (Decode(text) is { } bytes)
            {
                Assert.Equal(text, Encode(bytes));
            }
        });

    [Fact]
    public void TryEncode_DestinationTooShort_WritesNothing()
    {
        Span<char> text = ['?', '?', '?', '?'];
        Assert.False(Base45.TryEncode([1, 2, 3], text, out var written));
        Assert.Equal(0, written);
        Assert.Equal("????", text.ToString());
        Assert.False(Base45.TryDecode("BB8", new byte[1], out written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void Lengths_OfAnySize_FitOneAnother()
    {
        for (var bytes = 0; bytes < 100; bytes++)
        {
            Assert.True(Base45.TryGetDecodedLength(Base45.EncodedLength(bytes), out var back));
            Assert.Equal(bytes, back);
        }

        Assert.False(Base45.TryGetDecodedLength(-1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Base45.EncodedLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Base45.EncodedLength(int.MaxValue));
    }

    [Fact]
    public void EncodeAndDecode_WhenWarm_AllocateNothing()
    {
        var bytes = new byte[38];
        var text = new char[57];
        Assert.Equal(0, Allocations.Of(10_000, () =>
        {
            Base45.TryEncode(bytes, text, out _);
            Base45.TryDecode(text, bytes, out _);
        }));
    }

    private static string Encode(byte[] bytes)
    {
        var text = new char[Base45.EncodedLength(bytes.Length)];
        Assert.True(Base45.TryEncode(bytes, text, out var written));
        return new string(text, 0, written);
    }

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Base45.TryDecode(text, bytes, out var written) ? bytes[..written] : null;
    }
}
