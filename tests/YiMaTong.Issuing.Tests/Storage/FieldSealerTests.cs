using System.Security.Cryptography;
using CsCheck;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

public sealed class FieldSealerTests
{
    private const string Column = SealedColumns.CitizenName;

    private readonly FieldSealer _sealer = new(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void Open_AnyText_GivesItBack() =>
        Gen.Char['\0', '\uD7FF'].Array.Select(characters => new string(characters))
            .Sample(text => _sealer.Open(Column, _sealer.Seal(Column, text)) == text);

    [Fact]
    public void OpenBytes_AnyBytes_GivesThemBack() =>
        Gen.Byte.Array.Sample(
            bytes => _sealer.OpenBytes(Column, _sealer.SealBytes(Column, bytes)).AsSpan().SequenceEqual(bytes));

    [Fact]
    public void Open_AnyBitTurned_Refuses()
    {
        var value = _sealer.Seal(Column, "测试甲");
        for (var bit = 0; bit < value.Length * 8; bit++)
        {
            var altered = value.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(Column, altered));
        }
    }

    [Fact]
    public void Open_AnyShorterValue_Refuses()
    {
        var value = _sealer.Seal(Column, "测试甲");
        for (var length = 0; length < value.Length; length++)
        {
            Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(Column, value.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Open_OtherColumn_Refuses() =>
        Assert.ThrowsAny<CryptographicException>(
            () => _sealer.Open(SealedColumns.CitizenPhone, _sealer.Seal(Column, "测试甲")));

    [Fact]
    public void Open_OtherKey_Refuses()
    {
        var other = new FieldSealer(RandomNumberGenerator.GetBytes(32));
        Assert.ThrowsAny<CryptographicException>(() => other.Open(Column, _sealer.Seal(Column, "测试甲")));
        Assert.NotEqual(other.KeyCheck, _sealer.KeyCheck);
    }

    [Fact]
    public void Seal_SameTextTwice_Differs() =>
        Assert.NotEqual(_sealer.Seal(Column, "测试甲"), _sealer.Seal(Column, "测试甲"));

    [Theory]
    [InlineData(" 99000019900101001x ", "99000019900101001X", true)]
    [InlineData("99000019900101001X", "990000199001010010", false)]
    public void LookupHash_Spelling_IsNormalised(string left, string right, bool alike) =>
        Assert.Equal(alike, _sealer.LookupHash("01", left).AsSpan().SequenceEqual(_sealer.LookupHash("01", right)));

    [Fact]
    public void LookupHash_OtherTypeOrKey_Differs()
    {
        var number = Rows.IdNumber(1);
        Assert.NotEqual(_sealer.LookupHash("01", number), _sealer.LookupHash("02", number));
        Assert.NotEqual(
            _sealer.LookupHash("01", number),
            new FieldSealer(RandomNumberGenerator.GetBytes(32)).LookupHash("01", number));
    }

    // Values on disk outlive the program that wrote them: this one was sealed by the first version.
    [Fact]
    public void Open_ValueOfFormatOne_StillOpens()
    {
        var sealer = new FieldSealer(Enumerable.Range(0, 32).Select(number => (byte)number).ToArray());
        Assert.Equal(Golden.KeyCheck, Convert.ToHexString(sealer.KeyCheck));
        Assert.Equal(Golden.LookupHash, Convert.ToHexString(sealer.LookupHash("01", "99000019900101001X")));
        Assert.Equal("测试甲", sealer.Open(Column, Convert.FromHexString(Golden.SealedName)));
    }

    [Fact]
    public void Constructor_ShortKey_Throws() => Assert.Throws<ArgumentException>(() => new FieldSealer(new byte[31]));

    private static class Golden
    {
        public const string KeyCheck = "190C4E47030A1D12D87FF4C742090CFB";
        public const string LookupHash = "62BEC2FB2BC4BAFDDCE1A7679B5819B2A87A7A58B565E69AE3D2129E1377CC4D";
        public const string SealedName = "014E6D1CACFAD651BAFAC651D245D1756EA4F230739624AF10347A4F7A5C13FB0135949939DF";
    }
}
