using System.Net;
using YiMaTong.Decode.Load;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Tests.Load;

public sealed class CallerTableTests
{
    [Fact]
    public void Find_FloodOfNames_KeepsWhoSentAGenuineSignature()
    {
        var table = new CallerTable(1_024);
        table.Find(42, 1).GenuineAt = 1;
        for (ulong key = 1_000; key < 1_000_000; key++)
        {
            _ = table.Find(key, (long)key);
        }

        Assert.Equal(1, table.Find(42, 2_000_000).GenuineAt);
    }

    [Fact]
    public void Find_FullSet_DropsTheLongestSilent()
    {
        var table = new CallerTable(4);
        for (ulong key = 1; key <= 4; key++)
        {
            table.Find(key, (long)key).Rate = (long)key;
        }

        _ = table.Find(1, 10);
        _ = table.Find(5, 11);

        Assert.Equal([1L, 0, 3, 4], new ulong[] { 1, 2, 3, 4 }.Select((key, i) =>
            key == 2 ? 0 : table.Find(key, 12 + i).Rate));
    }

    [Theory]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void NetworkOf_TwoAddresses_AreOneCallerOrTwo(string one, string other, bool same) =>
        Assert.Equal(same, PeerNetwork.Of(IPAddress.Parse(one)) == PeerNetwork.Of(IPAddress.Parse(other)));
}
