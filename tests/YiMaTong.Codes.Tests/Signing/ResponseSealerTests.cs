using CsCheck;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Signing;

public sealed class ResponseSealerTests
{
    private static readonly byte[] _data = ResponseSealer.AssociatedData("M0001", "D-01", "20260916201200");
    private static readonly byte[] _plaintext = "{\"qrcodeType\":\"gj\",\"tags\":[]}"u8.ToArray();

    [Theory]
    [InlineData(ResponseCipher.Aes256Gcm)]
    [InlineData(ResponseCipher.Aes256Cbc)]
    public void TryOpen_AnyPlaintext_GivesItBack(ResponseCipher cipher)
    {
        using var sealer = Sealer(cipher);
        Gen.Byte.Array[0, 3000].Sample(plaintext =>
        {
            Assert.True(sealer.TryOpen(sealer.Seal(plaintext, _data), _data, out var opened));
            Assert.Equal(plaintext, opened);
        }, iter: 300);
    }

    [Theory]
    [InlineData(ResponseCipher.Aes256Gcm, 2 + 12 + 16)]
    [InlineData(ResponseCipher.Aes256Cbc, 2 + 16 + 16)]
    public void Seal_EmptyText_HasTheHeaderAndAnIvOfItsOwn(ResponseCipher cipher, int length)
    {
        using var sealer = Sealer(cipher, keyId: 9);
        var first = Convert.FromBase64String(sealer.Seal([], _data));
        Assert.Equal(length, first.Length);
        Assert.Equal(((byte)cipher, (byte)9), (first[0], first[1]));
        Assert.NotEqual(first, Convert.FromBase64String(sealer.Seal([], _data)));
    }

    [Fact]
    public void TryOpen_GcmWithAnyBitChanged_IsFalse()
    {
        using var sealer = Sealer(ResponseCipher.Aes256Gcm);
        var message = Convert.FromBase64String(sealer.Seal(_plaintext, _data));
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(sealer.TryOpen(Convert.ToBase64String(message), _data, out var opened));
            Assert.Empty(opened);
            message[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.True(sealer.TryOpen(Convert.ToBase64String(message), _data, out _));
    }

    [Fact]
    public void TryOpen_GcmWithOtherAssociatedData_IsFalse()
    {
        using var sealer = Sealer(ResponseCipher.Aes256Gcm);
        var text = sealer.Seal(_plaintext, _data);
        Assert.False(sealer.TryOpen(text, ResponseSealer.AssociatedData("M0001", "D-02", "20260916201200"), out _));
        Assert.False(sealer.TryOpen(text, [], out _));
    }

    [Fact]
    public void TryOpen_CbcWithAnyBitChanged_NeverThrowsNorGivesTheSame()
    {
        using var sealer = Sealer(ResponseCipher.Aes256Cbc);
        var message = Convert.FromBase64String(sealer.Seal(_plaintext, _data));
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << bit % 8);
            var taken = sealer.TryOpen(Convert.ToBase64String(message), _data, out var opened);
            Assert.False(taken && (bit < 16 || opened.AsSpan().SequenceEqual(_plaintext)));
            message[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Theory]
    [InlineData(ResponseCipher.Aes256Gcm)]
    [InlineData(ResponseCipher.Aes256Cbc)]
    public void TryOpen_CutOrSpelledOtherwise_IsFalse(ResponseCipher cipher)
    {
        using var sealer = Sealer(cipher);
        var text = sealer.Seal(_plaintext, _data);
        var message = Convert.FromBase64String(text);

        // A CBC text cut at a block may open by chance of its padding; it never opens to what was sealed.
        for (var length = 0; length < message.Length; length++)
        {
            var taken = sealer.TryOpen(Convert.ToBase64String(message, 0, length), _data, out var opened);
            Assert.False(taken && (cipher == ResponseCipher.Aes256Gcm || opened.AsSpan().SequenceEqual(_plaintext)));
        }

        Assert.False(sealer.TryOpen(text + "\n", _data, out _));
        Assert.False(sealer.TryOpen(text[..4] + " " + text[4..], _data, out _));
        Assert.False(sealer.TryOpen('一' + text[1..], _data, out _));
        Gen.String.Sample(any => Assert.False(sealer.TryOpen(any, _data, out _)));
    }

    [Fact]
    public void TryOpen_OtherKeyNumberOrProfile_IsFalse()
    {
        using var gcm = Sealer(ResponseCipher.Aes256Gcm);
        using var cbc = Sealer(ResponseCipher.Aes256Cbc);
        using var second = Sealer(ResponseCipher.Aes256Gcm, keyId: 2);
        using var otherKey = Sealer(ResponseCipher.Aes256Gcm, start: 1);
        var text = gcm.Seal(_plaintext, _data);
        Assert.False(cbc.TryOpen(text, _data, out _));
        Assert.False(second.TryOpen(text, _data, out _));
        Assert.False(otherKey.TryOpen(text, _data, out _));
        Assert.False(gcm.TryOpen(cbc.Seal(_plaintext, _data), _data, out _));
    }

    [Theory]
    [InlineData(ResponseCipher.Aes256Gcm)]
    [InlineData(ResponseCipher.Aes256Cbc)]
    public void SealAndOpen_FromEightThreads_GiveEachItsOwn(ResponseCipher cipher)
    {
        using var sealer = Sealer(cipher);
        Together.Run(8, number =>
        {
            for (var i = 0; i < 1000; i++)
            {
                byte[] mine = [(byte)number, (byte)i, (byte)(i >> 8)];
                Assert.True(sealer.TryOpen(sealer.Seal(mine, _data), _data, out var opened));
                Assert.Equal(mine, opened);
            }
        });
    }

    [Fact]
    public void Constructor_WrongKeyOrCipher_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ResponseSealer(ResponseCipher.Aes256Gcm, 1, new byte[16]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResponseSealer((ResponseCipher)3, 1, new byte[32]));
    }

    private static ResponseSealer Sealer(ResponseCipher cipher, byte keyId = 1, byte start = 0) =>
        new(cipher, keyId, TestKeys.Counting(start));
}
