using System.Runtime.CompilerServices;
using System.Text;
using CsCheck;

namespace YiMaTong.Directory.Tests;

public sealed class SubjectRecordTests
{
    private const string Family = "👨‍👩‍👧‍👦";

    [Fact]
    public void Layout_Size_IsEightyBytesWithoutPointers()
    {
        Assert.Equal(80, Unsafe.SizeOf<SubjectRecord>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<SubjectRecord>());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("*", "*")]
    [InlineData("*三", "*三")]
    [InlineData("**疆", "**疆")]
    [InlineData("****·古", "*****古")]
    [InlineData("*𠮷", "*𠮷")]
    [InlineData("*e\u0301", "*e\u0301")]
    [InlineData("*" + Family, "*" + Family)]
    public void ConcealName_StarredName_ReadsBack(string name, string expected) => AssertName(name, expected);

    [Theory]
    [InlineData("张三", "*三")]
    [InlineData("张", "*")]
    [InlineData("欧阳小明", "***明")]
    public void ConcealName_FullNameByMistake_IsStarred(string name, string expected) => AssertName(name, expected);

    [Fact]
    public void ConcealName_LastElementTooLong_IsLeftOutWhole()
    {
        AssertName("*" + Family + "\u0301\u0301\u0301\u0301", "*");
        AssertName("**e" + new string('\u0301', 20), "**");
    }

    [Fact]
    public void ConcealName_MoreStarsThanFit_KeepsTheMost()
    {
        AssertName(new string('*', 300) + "三", new string('*', 255) + "三");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("5**************4", "5**************4")]
    [InlineData("9**************X", "9**************X")]
    [InlineData("990000190001010016", "9**************6")]
    [InlineData("7", "7**************7")]
    [InlineData("𠮷1𠮷", "𠮷**************𠮷")]
    public void ConcealCard_StarredNumber_ReadsBack(string card, string expected)
    {
        var record = default(SubjectRecord);
        record.SetConcealed("*三", card);

        Assert.Equal(expected, record.ConcealCard());
        Span<byte> utf8 = stackalloc byte[SubjectRecord.ConcealCardMaxBytes];
        Assert.True(record.TryCopyConcealCard(utf8, out var written));
        Assert.Equal(expected, Encoding.UTF8.GetString(utf8[..written]));
        Assert.Equal(written == 0, record.TryCopyConcealCard(utf8[..Math.Max(0, written - 1)], out var none));
        Assert.Equal(0, none);
    }

    [Fact]
    public void SetConcealed_AnyText_KeepsWellFormedTextOfTheSameLength()
    {
        Gen.Select(Gen.String, Gen.String).Sample((name, card) =>
        {
            var record = default(SubjectRecord);
            record.SetConcealed(name, card);
            var strict = new UTF8Encoding(false, true);
            var utf8 = new byte[SubjectRecord.ConcealNameMaxBytes];
            return record.TryCopyConcealName(utf8, out var written)
                && strict.GetString(utf8.AsSpan(0, written)) == record.ConcealName()
                && record.TryCopyConcealCard(utf8, out written)
                && strict.GetString(utf8.AsSpan(0, written)) == record.ConcealCard();
        });
    }

    [Fact]
    public void SetConcealed_Again_LeavesNothingOfTheFirst()
    {
        var once = default(SubjectRecord);
        once.SetConcealed("*三", "5**************4");
        var twice = default(SubjectRecord);
        twice.SetConcealed("****" + Family, "𠮷1𠮷");
        twice.SetConcealed("*三", "5**************4");

        Assert.True(SubjectRecord.SameBytes(once, twice));
    }

    [Fact]
    public void TryCopy_AnyRecord_AllocatesNothing()
    {
        var record = Records.Of(1, 1);
        Span<byte> utf8 = stackalloc byte[SubjectRecord.ConcealNameMaxBytes];
        record.TryCopyConcealName(utf8, out _);
        record.TryCopyConcealCard(utf8, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        record.TryCopyConcealName(utf8, out _);
        record.TryCopyConcealCard(utf8, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertName(string name, string expected)
    {
        var record = default(SubjectRecord);
        record.SetConcealed(name, "5**************4");

        Assert.Equal(expected, record.ConcealName());
        Span<byte> utf8 = stackalloc byte[SubjectRecord.ConcealNameMaxBytes];
        Assert.True(record.TryCopyConcealName(utf8, out var written));
        Assert.Equal(expected, Encoding.UTF8.GetString(utf8[..written]));
        Assert.Equal(written == 0, record.TryCopyConcealName(utf8[..Math.Max(0, written - 1)], out var none));
        Assert.Equal(0, none);
    }
}
