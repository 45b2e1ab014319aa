using CsCheck;
using YiMaTong.Codes.Tests.Support;
using YiMaTong.Codes.Time;

namespace YiMaTong.Codes.Tests.Time;

public sealed class WireTimeTests
{
    private static readonly TimeSpan _east = TimeSpan.FromHours(8);

    [Fact]
    public void ServerTime_InstantInUtc_IsPrintedInUtcPlus8() =>
        Assert.Equal(
            "2021-09-16 20:12:00", WireTime.ServerTime(new DateTimeOffset(2021, 9, 16, 12, 12, 0, TimeSpan.Zero)));

    [Fact]
    public void Compact_InstantElsewhere_IsPrintedInUtcPlus8()
    {
        var newYork = new DateTimeOffset(2026, 12, 31, 12, 0, 59, 999, TimeSpan.FromHours(-5));
        Assert.Equal("20270101010059", WireTime.Compact(newYork));
    }

    [Theory]
    [InlineData("20210916201200", 2021, 9, 16, 20, 12, 0)]
    [InlineData("20240229235959", 2024, 2, 29, 23, 59, 59)]
    [InlineData("20000229000000", 2000, 2, 29, 0, 0, 0)]
    [InlineData("99991231235959", 9999, 12, 31, 23, 59, 59)]
    public void TryParseCompact_RealDate_IsRead(string text, int y, int mo, int d, int h, int mi, int s)
    {
        Assert.True(WireTime.TryParseCompact(text, out var instant));
        Assert.Equal(new DateTimeOffset(y, mo, d, h, mi, s, _east), instant);
        Assert.Equal(_east, instant.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2021091620120")] // 13 digits
    [InlineData("202109162012000")] // 15 digits
    [InlineData("2021-09-16 20:12:00")]
    [InlineData("2021-09-1620:1")]
    [InlineData("20230229120000")] // no leap day
    [InlineData("21000229120000")]
    [InlineData("20211316201200")] // month 13
    [InlineData("20210016201200")]
    [InlineData("20210900201200")]
    [InlineData("20210931201200")]
    [InlineData("20210916241200")]
    [InlineData("20210916206000")]
    [InlineData("20161231235960")] // a leap second
    [InlineData("20215920121600")] // the misprint's layout, yyyyMMssHHmmss
    [InlineData("00000101000000")]
    [InlineData("00010101000000")] // before the first instant in UTC
    [InlineData(" 2021091620120")]
    [InlineData("+2021091620120")]
    [InlineData("2021091620120\n")]
    [InlineData("２０２１０９１６２０１２００")] // full-width digits
    [InlineData("٢٠٢١٠٩١٦٢٠١٢٠٠")] // Arabic-Indic digits
    public void TryParseCompact_AnythingElse_IsRefused(string text)
    {
        Assert.False(WireTime.TryParseCompact(text, out var instant));
        Assert.Equal(default, instant);
    }

    [Fact]
    public void TryParseCompact_WhatCompactPrinted_IsTheSameSecond() =>
        Gen.Long[0, 250_000_000_000].Sample(seconds =>
        {
            var instant = DateTimeOffset.FromUnixTimeSeconds(seconds);
            Assert.True(WireTime.TryParseCompact(WireTime.Compact(instant), out var back));
            Assert.Equal(instant, back);
        });

    [Fact]
    public void TryParseCompact_AnyFourteenDigits_NeverThrows() =>
        Gen.Char['0', '9'].Array[14].Sample(digits =>
        {
            if (WireTime.TryParseCompact(digits, out var instant))
            {
                Assert.Equal(new string(digits), WireTime.Compact(instant));
            }
        });

    [Fact]
    public void TryParseCompact_WhenWarm_AllocatesNothing() =>
        Assert.Equal(0, Allocations.Of(10_000, () => _ = WireTime.TryParseCompact("20210916201200", out _)));
}
