using Microsoft.Extensions.Time.Testing;
using YiMaTong.Issuing.Minting;

namespace YiMaTong.Issuing.Tests.Minting;

public sealed class KeyedLimiterTests
{
    [Fact]
    public void TryTake_SteadyRate_IsAllowedForEver()
    {
        var time = new FakeTimeProvider();
        var limiter = new KeyedLimiter(10, 1, time);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(limiter.TryTake(1));
            Assert.False(limiter.TryTake(1));
            time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public void TryTake_ManyThreads_NeverExceedTheBurst()
    {
        var limiter = new KeyedLimiter(1, 100, new FakeTimeProvider());
        var taken = 0;

        Parallel.For(0, 1000, _ =>
        {
            if (limiter.TryTake(42))
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(100, taken);
    }

    [Fact]
    public void TryTake_ManyKeysOverTime_ForgetsTheQuietOnes()
    {
        var time = new FakeTimeProvider();
        var limiter = new KeyedLimiter(10, 5, time);
        for (var key = 0; key < KeyedLimiter.SweepEvery * 2; key++)
        {
            limiter.TryTake(key);
            if (key == KeyedLimiter.SweepEvery)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.True(limiter.Count <= KeyedLimiter.SweepEvery + 1, $"{limiter.Count} keys kept");
    }
}
