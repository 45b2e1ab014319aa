using Microsoft.Extensions.Time.Testing;

namespace YiMaTong.Directory.Tests;

public sealed class ExpiringClaimsTests
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Claim_SecondCaller_GetsWhatTheFirstLeft()
    {
        var claims = new ExpiringClaims<string>(_time, Life, 10);

        Assert.Equal(ClaimStatus.Claimed, claims.Claim(1, "first", out var own));
        Assert.Equal(ClaimStatus.Held, claims.Claim(1, "second", out var held));
        Assert.Equal(("first", "first"), (own, held));
        Assert.Equal(ClaimStatus.Claimed, claims.Claim(2, "other", out _));
        Assert.Equal(2, claims.Count);
    }

    // Claimed at each point of a generation, a claim is held for one life and gone after two.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(9_999)]
    [InlineData(10_000)]
    [InlineData(123_456)]
    public void Claim_LifeFromAnyMoment_IsHeldForOneAndGoneAfterTwo(int startMs)
    {
        var claims = new ExpiringClaims<int>(_time, Life, 10);
        _time.Advance(TimeSpan.FromMilliseconds(startMs));
        claims.Claim(1, 7, out _);

        _time.Advance(Life);
        Assert.True(claims.TryGet(1, out var held));
        Assert.Equal(7, held);
        _time.Advance(Life);
        Assert.False(claims.TryGet(1, out held));
        Assert.Equal(0, held);
        Assert.Equal(ClaimStatus.Claimed, claims.Claim(1, 8, out _));
    }

    // The order is a time by a clock that may be set: what is as old as what was dropped may be what was dropped.
    [Fact]
    public void Claim_OrderBehindWhatWasDropped_IsForgotten()
    {
        var claims = new ExpiringClaims<int>(_time, Life, 10, value => value);
        Assert.Equal(ClaimStatus.Claimed, claims.Claim(1, 100, out _));
        Assert.Equal(ClaimStatus.Claimed, claims.Claim(64, 50, out _));
        _time.Advance(Life);
        _time.Advance(Life);

        Assert.Equal(ClaimStatus.Forgotten, claims.Claim(1, 100, out _));
        Assert.Equal(ClaimStatus.Forgotten, claims.Claim(1, 99, out _));
        Assert.Equal(ClaimStatus.Claimed, claims.Claim(1, 101, out _));
        Assert.Equal(ClaimStatus.Held, claims.Claim(1, 7, out var held));
        Assert.Equal(101, held);
    }

    [Fact]
    public void Forget_Order_CountsAsClaimedAndForgotten()
    {
        var claims = new ExpiringClaims<int>(_time, Life, 10, value => value);
        Assert.Equal(ClaimStatus.Claimed, claims.Claim(1, 30, out _));
        claims.Forget(50);
        claims.Forget(40);

        Assert.Equal(ClaimStatus.Held, claims.Claim(1, 30, out _));
        Assert.All(
            Enumerable.Range(2, 200),
            key => Assert.Equal(ClaimStatus.Forgotten, claims.Claim((UInt128)key, 50, out _)));
        Assert.Equal(ClaimStatus.Claimed, claims.Claim(2, 51, out _));
        Assert.Equal(2, claims.Count);
    }

    [Fact]
    public void TryChange_HeldClaim_ChangesItsValueAndNotItsLife()
    {
        var claims = new ExpiringClaims<int>(_time, Life, 10);
        Assert.False(claims.TryChange(1, 5, Add, out _));
        claims.Claim(1, 5, out _);
        _time.Advance(Life);

        Assert.True(claims.TryChange(1, 1, Add, out var changed));
        Assert.False(claims.TryChange(1, 0, Add, out var left));
        Assert.Equal((6, 6), (changed, left));
        Assert.Equal(ClaimStatus.Held, claims.Claim(1, 7, out var held));
        Assert.Equal(6, held);
        _time.Advance(Life);
        Assert.False(claims.TryChange(1, 8, Add, out _));
    }

    [Fact]
    public void TryChange_ManyCallersAtOnce_LosesNoChange()
    {
        var claims = new ExpiringClaims<int>(_time, Life, 10);
        claims.Claim(1, 0, out _);
        Parallel.For(0, 10_000, _ => claims.TryChange(1, 1, Add, out var _));
        Assert.True(claims.TryGet(1, out var sum));
        Assert.Equal(10_000, sum);
    }

    private static bool Add(ref int value, in int more)
    {
        value += more;
        return more != 0;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public void Claim_MoreThanTheCapacity_IsFullUntilSomeAreOver(int capacity)
    {
        var claims = new ExpiringClaims<int>(_time, Life, capacity);
        for (var key = 0; key < capacity; key++)
        {
            Assert.Equal(ClaimStatus.Claimed, claims.Claim((UInt128)key, key, out _));
        }

        Assert.Equal(ClaimStatus.Full, claims.Claim((UInt128)capacity, 1, out _));
        Assert.Equal(ClaimStatus.Held, claims.Claim(0, 1, out _));
        Assert.Equal(capacity, claims.Count);
        _time.Advance(Life);
        Assert.Equal(ClaimStatus.Full, claims.Claim((UInt128)capacity, 1, out _));
        _time.Advance(Life);

        // Another stripe's claims are over too, though nobody has come across them.
        for (var key = capacity; key < 2 * capacity; key++)
        {
            Assert.Equal(ClaimStatus.Claimed, claims.Claim((UInt128)key, key, out _));
        }

        Assert.Equal(ClaimStatus.Full, claims.Claim((UInt128)(2 * capacity), 1, out _));
    }

    [Fact]
    public void Claim_ManyGenerations_TakeNoMoreMemoryThanTheFirst()
    {
        var claims = new ExpiringClaims<long>(_time, Life, 20_000);
        var key = 0;
        RunGenerations(10);
        var before = GC.GetAllocatedBytesForCurrentThread();

        RunGenerations(90);

        // 810,000 claims of 40 bytes would be 32 MB. Counted on this thread: the heap is the whole process's.
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 1_000_000, $"{allocated} bytes");
        Assert.True(claims.Count <= 18_000, $"{claims.Count}");

        void RunGenerations(int count)
        {
            for (var generation = 0; generation < count; generation++)
            {
                for (var i = 0; i < 9_000; i++)
                {
                    if (claims.Claim((UInt128)key++, i, out _) != ClaimStatus.Claimed)
                    {
                        Assert.Fail($"claim {key} of generation {generation} was not taken");
                    }
                }

                _time.Advance(Life);
            }
        }
    }

    [Fact]
    public void Claim_AHundredCallersAThousandTimes_HaveOneWinnerEach()
    {
        const int Callers = 100;
        const int Rounds = 1_000;
        var claims = new ExpiringClaims<int>(_time, Life, Rounds);
        var winners = new int[Rounds];
        var winner = new int[Rounds];
        var seen = new int[Rounds, Callers];
        using var start = new Barrier(Callers);
        var threads = Enumerable.Range(0, Callers).Select(caller => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                start.SignalAndWait();
                if (claims.Claim((UInt128)round, caller, out seen[round, caller]) == ClaimStatus.Claimed)
                {
                    Interlocked.Increment(ref winners[round]);
                    winner[round] = caller;
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());

        Assert.All(threads, t => Assert.True(t.Join(TimeSpan.FromSeconds(60))));
        Assert.All(winners, n => Assert.Equal(1, n));
        for (var round = 0; round < Rounds; round++)
        {
            for (var caller = 0; caller < Callers; caller++)
            {
                Assert.Equal(winner[round], seen[round, caller]);
            }
        }
    }

    [Fact]
    public void Claim_WallClockSetBackAndForth_ChangesNothing()
    {
        var time = new WanderingWallClock();
        var claims = new ExpiringClaims<int>(time, Life, 10);
        claims.Claim(1, 1, out _);

        time.Wall = time.Wall.AddYears(1);
        Assert.True(claims.TryGet(1, out _));
        time.Wall = time.Wall.AddYears(-2);
        Assert.True(claims.TryGet(1, out _));
        time.Timestamp += (2 * (long)Life.TotalSeconds * time.TimestampFrequency) + 1;
        Assert.False(claims.TryGet(1, out _));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    public void New_LifeOrCapacityNotPositive_Throws(int lifeSeconds, int capacity)
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ExpiringClaims<int>(_time, TimeSpan.FromSeconds(lifeSeconds), capacity));
    }

    private sealed class WanderingWallClock : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public long Timestamp { get; set; } = 1_000;

        public override long TimestampFrequency => 1_000_000_000;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Timestamp;
    }
}
