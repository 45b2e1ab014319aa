using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Issuing.Emergency;

namespace YiMaTong.Issuing.Tests.Emergency;

public sealed class PublishedListTests
{
    private const int Watchers = 8;
    private const int Size = 1 << 20;

    [Fact]
    public async Task Since_ManyWatchersAtOnce_SignsOneDelta()
    {
        using var key = EcdsaSigner.Create();
        var (asked, signed) = (0, 0);
        var signer = new CountingSigner(key, () =>
        {
            Interlocked.Increment(ref signed);

            // Whoever asks meanwhile must wait for this one.
            SpinWait.SpinUntil(() => Volatile.Read(ref asked) == Watchers, TimeSpan.FromSeconds(20));
        });
        var bits = new byte[Size / 8];
        new Random(1).NextBytes(bits);
        var before = new StatusList(0, 1, 1, Size, bits);
        bits[0] ^= 1;
        var current = new StatusList(0, 2, 2, Size, bits);
        var list = new PublishedList(current, StatusLists.Write(current, key), [before], signer);

        var watchers = Enumerable.Range(0, Watchers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                Interlocked.Increment(ref asked);
                return list.Since(1);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var deltas = await Task.WhenAll(watchers);

        Assert.Equal(1, signed);
        Assert.All(deltas, delta => Assert.Same(deltas[0], delta));
        Assert.NotSame(list.Document, deltas[0]);
    }

    private sealed class CountingSigner(EcdsaSigner signer, Action before) : IEmergencySigner
    {
        public EmergencyKeyId KeyId => signer.KeyId;

        public void SignHash(ReadOnlySpan<byte> hash, Span<byte> signature)
        {
            before();
            signer.SignHash(hash, signature);
        }
    }
}
