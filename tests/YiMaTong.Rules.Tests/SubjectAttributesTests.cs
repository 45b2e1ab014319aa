using CsCheck;

namespace YiMaTong.Rules.Tests;

public sealed class SubjectAttributesTests
{
    private static readonly string[] Levels = ["", "A", "B", "C", "D", "E", "F"];
    private static readonly string[] Marks = ["", "red", "yellow", "blue"];

    // Frozen: these bits are in stored feeds. Rows may be added, never changed.
    [Theory]
    [InlineData("", false, false, false, false, "", 0x000)]
    [InlineData("A", false, false, false, false, "", 0x001)]
    [InlineData("B", false, false, false, false, "", 0x002)]
    [InlineData("C", false, false, false, false, "", 0x003)]
    [InlineData("D", false, false, false, false, "", 0x004)]
    [InlineData("E", false, false, false, false, "", 0x005)]
    [InlineData("F", false, false, false, false, "", 0x006)]
    [InlineData("", true, false, false, false, "", 0x008)]
    [InlineData("", false, true, false, false, "", 0x010)]
    [InlineData("", false, false, true, false, "", 0x020)]
    [InlineData("", false, false, false, true, "", 0x040)]
    [InlineData("", false, false, false, false, "red", 0x100)]
    [InlineData("", false, false, false, false, "yellow", 0x200)]
    [InlineData("", false, false, false, false, "blue", 0x300)]
    [InlineData("F", true, true, true, true, "blue", 0x37e)]
    public void TryPack_Layout_IsFrozen(
        string level, bool veteran, bool disabled, bool student, bool senior, string mark, int bits)
    {
        Assert.True(SubjectAttributes.TryPack(level, veteran, disabled, student, senior, mark, out var packed, out _));

        Assert.Equal((ulong)bits, packed.Bits);
    }

    [Fact]
    public void TryPack_AnyAttributes_ReadBackTheSame()
    {
        Gen.Select(OneOf(Levels), Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, OneOf(Marks)).Sample(
            (level, veteran, disabled, student, senior, mark) =>
            {
                var packed = SubjectAttributes.TryPack(
                    level, veteran, disabled, student, senior, mark, out var read, out var field);
                return packed && field is null && read.TalentLevel == level && read.Veteran == veteran
                    && read.Disabled == disabled && read.Student == student && read.Senior == senior
                    && read.PractitionerMark == mark;
            });
    }

    [Theory]
    [InlineData("G", "", "talentLevel")]
    [InlineData("a", "", "talentLevel")]
    [InlineData("AB", "", "talentLevel")]
    [InlineData("BC", "red", "talentLevel")]
    [InlineData(" ", "", "talentLevel")]
    [InlineData("A", "Red", "practitionerMark")]
    [InlineData("A", "green", "practitionerMark")]
    [InlineData("G", "green", "talentLevel")]
    public void TryPack_UnknownName_IsRefusedByField(string level, string mark, string expected)
    {
        Assert.False(SubjectAttributes.TryPack(level, true, true, true, true, mark, out var attributes, out var field));
        Assert.Equal(expected, field);
        Assert.Equal(default, attributes);
    }

    [Fact]
    public void Read_AnyBits_NeverThrows()
    {
        Gen.ULong.Sample(bits =>
        {
            var attributes = new SubjectAttributes(bits);
            return Levels.Contains(attributes.TalentLevel) && Marks.Contains(attributes.PractitionerMark);
        });
    }

    private static Gen<string> OneOf(string[] names) => Gen.Int[0, names.Length - 1].Select(i => names[i]);
}
