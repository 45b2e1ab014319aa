using System.Text;
using CsCheck;
using YiMaTong.Codes.Signing;

namespace YiMaTong.Codes.Tests.Signing;

public sealed class CanonicalFieldsTests
{
    [Fact]
    public void ToBytes_FieldsOfB4_AreTheGoldenText() =>
        Assert.Equal(
            "macId=D-01&merchantId=M0001&qrcod=YM1ABC&time=20260916201200",
            Text(
                ("merchantId", "M0001"),
                ("time", "20260916201200"),
                ("sign", "AA=="),
                ("qrcod", "YM1ABC"),
                ("macId", "D-01")));

    [Fact]
    public void ToBytes_EmptyAndNullValues_AreLeftOut() =>
        Assert.Equal("a=1&c=2", Text(("c", "2"), ("b", ""), ("a", "1"), ("d", null!)));

    [Fact]
    public void ToBytes_NamesOfEitherCase_AreInOrdinalOrder() =>
        Assert.Equal("B=1&Sign=2&_=3&a=4", Text(("a", "4"), ("_", "3"), ("B", "1"), ("Sign", "2")));

    [Fact]
    public void ToBytes_Nothing_IsEmpty()
    {
        Assert.Empty(CanonicalFields.ToBytes());
        Assert.Equal("", Text(("sign", "x")));
    }

    [Fact]
    public void ToBytes_ChineseValue_IsUtf8() => Assert.Equal("name=张三", Text(("name", "张三")));

    [Fact]
    public void ToBytes_SameNameTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => Text(("a", "1"), ("a", "2")));

    [Fact]
    public void ToBytes_AnyOrder_GivesTheSameText() => Gen.Shuffle(new[] { "a", "b", "c", "d", "e" }).Sample(names =>
        Assert.Equal("a=va&b=vb&c=vc&d=vd&e=ve", Text([.. names.Select(name => (name, "v" + name))])));

    private static string Text(params (string Name, string Value)[] fields) =>
        Encoding.UTF8.GetString(CanonicalFields.ToBytes(fields));
}
