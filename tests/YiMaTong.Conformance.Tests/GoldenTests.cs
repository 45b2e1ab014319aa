using System.Text.Json;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests;

/// <summary>The comparison with printed examples finds what it must find.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("""{"a":"x","b":1}""", """{"a":"x","b":7}""", true)]
    [InlineData("""{"a":"x","b":1}""", """{"b":7,"a":"x"}""", false)]
    [InlineData("""{"a":"x"}""", """{"a":"x","b":1}""", false)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":1}""", """{"a":1.5}""", false)]
    [InlineData("""{"a":"~\\d+"}""", """{"a":"12"}""", true)]
    [InlineData("""{"a":"~\\d+"}""", """{"a":"12x"}""", false)]
    [InlineData("""[{"a":1}]""", """[{"a":2},{"a":3}]""", true)]
    [InlineData("""[{"a":1}]""", "[]", false)]
    [InlineData("[1,2]", "[1]", false)]
    public void Compare_Pair_FindsDifferences(string golden, string actual, bool same)
    {
        using var left = JsonDocument.Parse(golden);
        using var right = JsonDocument.Parse(actual);
        var differences = new List<string>();

        Golden.Compare(left.RootElement, right.RootElement, "$", differences);

        Assert.Equal(same, differences.Count == 0);
    }
}
