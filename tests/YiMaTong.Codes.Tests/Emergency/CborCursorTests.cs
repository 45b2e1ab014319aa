using System.Formats.Cbor;
using CsCheck;
using YiMaTong.Codes.Emergency.Cose;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>The strict reader beside the platform's, in its strictest mode.</summary>
public sealed class CborCursorTests
{
    [Fact]
    public void TrySkip_AnyBytes_TakesNothingThatThePlatformRefuses() =>
        Gen.Byte.Array[1, 24].Sample(bytes =>
        {
            var cursor = new CborCursor(bytes);
            if (cursor.TrySkip(out var item) && IsOfOurKind(item))
            {
                Assert.Equal(item.Length, PlatformLength(item.ToArray()));
            }
        }, iter: 50_000);

    [Fact]
    public void Heads_OfEveryNumber_AreThePlatforms()
    {
        ulong[] edges = [0, 23, 24, 255, 256, 65_535, 65_536, uint.MaxValue, 1UL << 32, ulong.MaxValue];
        foreach (var edge in edges)
        {
            var writer = new CborWriter(CborConformanceMode.Canonical);
            writer.WriteUInt64(edge);
            var bytes = new CborBuilder().Number(edge).ToArray();
            Assert.Equal(writer.Encode(), bytes);
            var cursor = new CborCursor(bytes);
            Assert.True(cursor.TryReadUnsigned(ulong.MaxValue, out var value) && cursor.AtEnd);
            Assert.Equal(edge, value);
        }
    }

    [Theory]
    [InlineData("1800")] // 0 in two bytes.
    [InlineData("190017")]
    [InlineData("1a0000ffff")]
    [InlineData("1b00000000ffffffff")]
    [InlineData("1c")] // Reserved.
    [InlineData("1f")]
    [InlineData("5f4100ff")] // Indefinite.
    [InlineData("9f00ff")]
    [InlineData("bf0000ff")]
    [InlineData("5bffffffffffffffff00")] // Huge.
    [InlineData("9bffffffffffffffff00")]
    [InlineData("bb7fffffffffffffff00")]
    [InlineData("9a7fffffff")]
    [InlineData("4200")] // Short.
    [InlineData("19ff")]
    [InlineData("8181818100")] // Deep.
    [InlineData("")]
    public void TrySkip_NotDeterministic_IsRefused(string hex)
    {
        var cursor = new CborCursor(Convert.FromHexString(hex));
        Assert.False(cursor.TrySkip(out _));
    }

    // Maps with keys out of order, and the simple values and floats that the platform holds to rules of their own, are
    // never skipped into use: what is skipped is read again with its layout known.
    private static bool IsOfOurKind(ReadOnlySpan<byte> item)
    {
        foreach (var value in item)
        {
            if (value >> 5 is CborCursor.Map or CborCursor.Simple or CborCursor.TextString or CborCursor.Tag)
            {
                return false;
            }
        }

        return true;
    }

    private static int PlatformLength(byte[] bytes)
    {
        var reader = new CborReader(bytes, CborConformanceMode.Canonical);
        reader.SkipValue();
        return bytes.Length - reader.BytesRemaining;
    }
}
