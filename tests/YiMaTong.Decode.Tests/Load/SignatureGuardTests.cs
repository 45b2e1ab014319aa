using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Registry;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Tests.Load;

public sealed class SignatureGuardTests : IDisposable
{
    private const ulong Home = 0x7f000001;
    private const ulong Away = 0x0a000001;
    private readonly Node _node = Node.Ready();
    private readonly byte[] _content = CanonicalFields.ToBytes(("a", "b"));
    private readonly byte[] _good = Convert.FromBase64String(Keys.Pss.Sign(("a", "b")));
    private readonly byte[] _bad = new byte[384];

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Verify_ManyBadOfOneCaller_AreRefusedUnverifiedAndAllowedAgainLater()
    {
        var codes = Enumerable.Range(0, 30).Select(_ => Verify(Away, good: false)).ToList();
        Assert.Equal(20, codes.Count(code => code == PyCodes.BadSignature));
        Assert.Equal(10, codes.Count(code => code == PyCodes.TooManyRequests));

        _node.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PyCodes.BadSignature, Verify(Away, good: false));
        Assert.Equal(PyCodes.TooManyRequests, Verify(Away, good: true));
    }

    [Fact]
    public void Verify_FloodInAnotherAddressWithTheSameNames_LeavesTheHonestAlone()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _ = Verify(Away, good: false);
        }

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(PyCodes.Success, Verify(Home, good: true)));
    }

    [Fact]
    public void Verify_FloodFromTheSameAddressWithInventedDevices_LeavesTheKnownAlone()
    {
        Assert.Equal(PyCodes.Success, Verify(Home, good: true));
        var verified = 0;
        for (var i = 0; i < 200_000; i++)
        {
            verified += Verify(Home, good: false, $"invented-{i}") == PyCodes.BadSignature ? 1 : 0;
            if (i % 1_000 == 0)
            {
                Assert.Equal(PyCodes.Success, Verify(Home, good: true));
            }
        }

        Assert.InRange(verified, 1, 200);
    }

    [Fact]
    public void Verify_FloodFromManyAddresses_SharesTheStrangersBudget()
    {
        Assert.Equal(PyCodes.Success, Verify(Home, good: true));
        var codes = Enumerable.Range(1, 20_000).Select(i => Verify(Away + (ulong)i, good: false, $"d{i}")).ToList();

        Assert.InRange(codes.Count(code => code == PyCodes.BadSignature), 1_900, 2_000);
        Assert.Contains(PyCodes.Busy, codes);
        Assert.Equal(PyCodes.Success, Verify(Home, good: true));
    }

    [Fact]
    public void Verify_SameNameAndAddressAsTheHonest_LeavesItsConnectionAndAReserve()
    {
        var (honest, hostile) = (new ConnectionTrust(), new ConnectionTrust());
        Assert.Equal(PyCodes.Success, Verify(Home, good: true, connection: honest));
        for (var i = 0; i < 1_000; i++)
        {
            _ = Verify(Home, good: false, connection: hostile);
            Assert.Equal(PyCodes.Success, Verify(Home, good: true, connection: honest));
        }

        Assert.True(hostile.Hostile);
        // On a connection of its own that nobody knows yet, the reserve of five a second is left.
        _node.Time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(PyCodes.Success, Verify(Home, good: true, connection: new()));
    }

    [Fact]
    public void Verify_DeviceBeyondItsRate_IsRefusedAndBadOnesDoNotUseItUp()
    {
        using var node = Node.Ready(load: options => options.SignedPerSecondPerDevice = 5);
        for (var i = 0; i < 10; i++)
        {
            _ = Verify(Away, good: false, node: node);
            _ = Verify(Home, good: false, node: node);
        }

        var codes = Enumerable.Range(0, 10).Select(_ => Verify(Home, good: true, node: node)).ToList();

        Assert.Equal(5, codes.Count(code => code == PyCodes.Success));
        Assert.Equal(5, codes.Count(code => code == PyCodes.TooManyRequests));
        node.Time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(PyCodes.Success, Verify(Home, good: true, node: node));
    }

    private PyCode Verify(
        ulong network, bool good, string macId = World.MacId, ConnectionTrust? connection = null, Node? node = null)
    {
        node ??= _node;
        Assert.True(node.Get<NodeRegistry>().TryGetMerchant(World.MerchantId, out var merchant));
        return node.Get<SignatureGuard>().Verify(
            new(network, connection), merchant, macId, _content, good ? _good : _bad, out _);
    }
}
