using System.Runtime.InteropServices;
using YiMaTong.Testing;

namespace YiMaTong.Directory.Tests;

/// <summary>What the disk does not take for a while.</summary>
public sealed class OverflowDeviceTests : IDisposable
{
    private const int PageSize = 4096;
    private const int SegmentSize = 8 * PageSize;
    private const int UnwrittenMax = 3 * PageSize;

    private readonly TemporaryFolder _folder = new();
    private readonly FlakyDevice _disk;
    private readonly OverflowDevice _device;
    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(2 * PageSize, pinned: true);

    public OverflowDeviceTests()
    {
        _disk = FlakyDevice.In(_folder);
        _device = new(_disk, UnwrittenMax);
        _device.Initialize(SegmentSize);
    }

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    private IntPtr Address => Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);

    private void Write(int page)
    {
        _memory.AsSpan(0, PageSize).Fill(Content(page));
        using var done = new ManualResetEventSlim();
        _device.WriteAsync(
            Address, page / 8, (ulong)(page % 8 * PageSize), PageSize,
            (error, bytes, _) =>
            {
                Assert.Equal((0u, (uint)PageSize), (error, bytes));
                done.Set();
            },
            null!);
        Assert.True(done.Wait(TimeSpan.FromSeconds(20)));
    }

    private static byte Content(int page) => (byte)(page + 1);

    private byte[] Read(int page, int offset = 0, int length = PageSize)
    {
        _memory.AsSpan(0, length).Fill(0xEE);
        _device.ReadAsync(
            page / 8, (ulong)((page % 8 * PageSize) + offset), Address, (uint)length, (_, _, _) => { }, null!);
        return _memory[..length];
    }

    private void AssertWhole(params int[] pages)
    {
        foreach (var page in pages)
        {
            Assert.All(Read(page), value => Assert.Equal(Content(page), value));
        }
    }

    [Fact]
    public async Task WriteAsync_DiskRefusesForAWhile_IsReadFromMemoryAndWrittenAfterwards()
    {
        Write(0);
        var sums = _device.MemoryBytes;
        _disk.Refuses = true;
        Write(1);
        Write(2);
        Write(4);
        Assert.Equal(sums + UnwrittenMax, _device.MemoryBytes);
        AssertWhole(0, 1, 2, 4);

        // Half of it in the file, half of it in memory.
        var across = Read(0, PageSize / 2);
        Assert.Equal((Content(0), Content(1)), (across[0], across[^1]));

        _disk.Refuses = false;
        Write(3);
        await AwaitUntil.Soon(() => _device.MemoryBytes == sums, "all is written");

        AssertWhole(0, 1, 2, 3, 4);
        Assert.False(_device.HasFailed);
        await using var file = new FileStream(
            Path.Combine(_folder.FullName, "flaky.log.0"), FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete);
        foreach (var page in Enumerable.Range(0, 5))
        {
            file.Position = page * PageSize;
            Assert.Equal(Content(page), file.ReadByte());
        }
    }

    [Fact]
    public async Task Resend_DiskTakesPagesAgain_WritesThemThoughNoOtherPageComes()
    {
        _disk.Refuses = true;
        Write(1);
        Write(2);
        _device.Resend();
        Assert.Equal(2 * PageSize, _device.UnwrittenBytes);
        Assert.Equal(2, _disk.Owed);

        _disk.Refuses = false;
        _device.Resend();
        await AwaitUntil.Soon(() => _device.UnwrittenBytes == 0 && _disk.Owed == 0, "all is written");
        AssertWhole(1, 2);
    }

    [Fact]
    public void WriteAsync_DiskRefusesMoreThanIsKept_HasFailedForGood()
    {
        _disk.Refuses = true;
        Write(0);
        Write(1);
        Write(2);
        Assert.False(_device.HasFailed);
        Write(3);
        Assert.True(_device.HasFailed);

        _disk.Refuses = false;
        Write(4);
        Assert.True(_device.HasFailed);
    }

    [Fact]
    public void BeginTruncation_WhatWaitsBelow_IsNotNeededAnyMore()
    {
        Write(7);
        var sums = _device.MemoryBytes;
        _disk.Refuses = true;
        Write(0);
        Write(1);
        Write(8);

        _device.BeginTruncation(PageSize + (PageSize / 2));
        Assert.Equal(2 * PageSize, _device.MemoryBytes - sums - SumsOfASegment);
        _device.BeginTruncation(2 * PageSize);
        Assert.Equal(PageSize, _device.MemoryBytes - sums - SumsOfASegment);
        AssertWhole(7, 8);

        // A reader that is late gets no record, and it is no failure.
        Assert.All(Read(1), value => Assert.Equal(0, value));
        Assert.False(_device.HasFailed);
    }

    private long SumsOfASegment => SegmentSize / _device.SectorSize * sizeof(uint);
}
