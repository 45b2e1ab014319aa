using CsCheck;
using YiMaTong.Codes.Emergency.Curve;

namespace YiMaTong.Codes.Tests.Emergency;

public sealed class P256PointTests
{
    [Fact]
    public void TryDecompress_AnyBytes_AgreesWithBigIntegers() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte[0, 5]).Sample((x, sign) => Agrees(x, sign), iter: 3_000);

    [Fact]
    public void TryDecompress_EdgesOfTheField_AgreesWithBigIntegers()
    {
        // Every limb at its ends: where carries and the final subtraction are.
        ulong[] limbs = [0, 1, 0xFFFF_FFFF, 0xFFFF_FFFF_0000_0001, ulong.MaxValue - 1, ulong.MaxValue];
        Gen.Select(Gen.Int[0, 5].Select(i => limbs[i]).Array[4], Gen.Byte[2, 3]).Sample((chosen, sign) =>
        {
            var x = chosen.SelectMany(limb => BitConverter.GetBytes(limb).Reverse()).ToArray();
            Agrees(x, sign);
        }, iter: 3_000);
        for (var distance = -40; distance <= 40; distance++)
        {
            var x = new byte[32];
            Curve.Write(Curve.Prime + distance, x);
            Agrees(x, 2);
            Curve.Write(distance + 40, x);
            Agrees(x, 3);
        }
    }

    [Fact]
    public void TryDecompress_PlatformKeys_GivesTheirPoint()
    {
        for (byte start = 1; start < 100; start++)
        {
            using var signer = EmergencyWorld.Signer(start);
            var y = new byte[32];
            Assert.True(P256Point.TryDecompress(signer.CompressedPublicKey, y));
            Assert.Equal(signer.PublicKey.Y.ToArray(), y);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(34)]
    [InlineData(65)]
    public void TryDecompress_OtherLengths_IsRefused(int length) =>
        Assert.False(P256Point.TryDecompress(Enumerable.Repeat((byte)2, length).ToArray(), new byte[32]));

    [Fact]
    public void Square_NumbersAtTheEdges_IsTheProductWithItself()
    {
        ulong[] limbs = [0, 1, 0xFFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_0000_0001, ulong.MaxValue];
        Gen.OneOf(Gen.ULong, Gen.Int[0, 5].Select(i => limbs[i])).Array[4].Sample(
            chosen =>
            {
                var bytes = chosen.SelectMany(limb => BitConverter.GetBytes(limb)).ToArray();
                if (P256Field.TryRead(bytes, out var x))
                {
                    var square = P256Field.Multiply(x, x);
                    Assert.True(P256Field.Square(x, 1).Equals(square));
                    Assert.True(P256Field.Square(x, 2).Equals(P256Field.Multiply(square, square)));
                }
            },
            iter: 20_000);
    }

    private static void Agrees(byte[] x, byte sign)
    {
        var y = new byte[32];
        var expected = sign is 2 or 3 ? Curve.Solve(Curve.Read(x), sign == 3) : null;
        Assert.Equal(expected is not null, P256Point.TryDecompress([sign, .. x], y));
        Assert.True(expected is null || expected == Curve.Read(y));
    }
}
