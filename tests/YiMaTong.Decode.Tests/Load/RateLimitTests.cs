using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Load;

namespace YiMaTong.Decode.Tests.Load;

public sealed class RateLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_MoreThanTheBurst_GrantsTheBurstAndThenTheRate()
    {
        var limit = new RateLimit(10, 5, _time);
        long bucket = 0;

        Assert.Equal(5, Take(limit, ref bucket, 20));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, Take(limit, ref bucket, 20));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Take(limit, ref bucket, 20));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Take(limit, ref bucket, 20));
    }

    [Fact]
    public void TryTake_ManyTokensAtOnce_AreGrantedWholeOrNotAtAll()
    {
        var limit = new RateLimit(100, 256, _time);
        long bucket = 0;

        Assert.True(limit.TryTake(ref bucket, 200));
        Assert.False(limit.TryTake(ref bucket, 57));
        Assert.True(limit.TryTake(ref bucket, 56));
        Assert.False(limit.TryTake(ref bucket, 257));
    }

    [Fact]
    public void TryTake_NoRate_GrantsAll()
    {
        var limit = new RateLimit(0, 1, _time);
        long bucket = 0;

        Assert.Equal(10_000, Take(limit, ref bucket, 10_000));
        Assert.Equal(0, bucket);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(3, 300)]
    [InlineData(5, 500)]
    public void WaitFor_EmptyBucket_IsExactlyAsLongAsItTakes(int tokens, int expectedMs)
    {
        var limit = new RateLimit(10, 5, _time);
        long bucket = 0;
        Assert.Equal(0, limit.WaitFor(ref bucket, _time.GetTimestamp(), tokens));
        Assert.True(limit.TryTake(ref bucket, 5));

        var wait = limit.WaitFor(ref bucket, _time.GetTimestamp(), tokens);

        Assert.Equal(expectedMs * _time.TimestampFrequency / 1_000, wait);
        _time.Advance(TimeSpan.FromMilliseconds(expectedMs - 1));
        Assert.False(limit.TryTake(ref bucket, tokens));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(limit.TryTake(ref bucket, tokens));
    }

    [Fact]
    public void WaitFor_MoreThanTheBurst_IsNoWait()
    {
        var limit = new RateLimit(10, 5, _time);
        long bucket = 0;
        Assert.True(limit.TryTake(ref bucket, 5));
        Assert.Equal(0, limit.WaitFor(ref bucket, _time.GetTimestamp(), 6));
    }

    [Fact]
    public void Charge_EmptyBucket_OwesNoMoreThanOneBurst()
    {
        var limit = new RateLimit(10, 5, _time);
        long bucket = 0;
        for (var i = 0; i < 1_000; i++)
        {
            limit.Charge(ref bucket, _time.GetTimestamp());
        }

        Assert.False(limit.HasToken(ref bucket, _time.GetTimestamp()));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(limit.HasToken(ref bucket, _time.GetTimestamp()));
    }

    [Fact]
    public async Task TryTake_ManyThreads_GrantExactlyTheBurst()
    {
        var limit = new RateLimit(1, 10_000, _time);
        long bucket = 0;
        var granted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < 5_000; i++)
                {
                    if (limit.TryTake(ref bucket))
                    {
                        Interlocked.Increment(ref granted);
                    }
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(10_000, granted);
    }

    private static int Take(RateLimit limit, ref long bucket, int times)
    {
        var granted = 0;
        for (var i = 0; i < times; i++)
        {
            granted += limit.TryTake(ref bucket) ? 1 : 0;
        }

        return granted;
    }
}
