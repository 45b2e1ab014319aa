using System.Buffers.Binary;
using YiMaTong.Decode.Engine;

namespace YiMaTong.Decode.Tests;

public sealed class SipHash128Tests
{
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    public void Hash_ReferenceVector_IsReproduced(int length, string expected)
    {
        var key = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();
        var data = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        var k1 = BinaryPrimitives.ReadUInt64LittleEndian(key.AsSpan(8));
        var hash = new SipHash128(k0, k1).Hash(data);

        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, hash);
        Assert.Equal(expected, Convert.ToHexStringLower(bytes));
    }
}
