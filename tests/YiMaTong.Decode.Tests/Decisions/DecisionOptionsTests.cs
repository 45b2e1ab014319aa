using YiMaTong.Decode.Decisions;

namespace YiMaTong.Decode.Tests.Decisions;

public sealed class DecisionOptionsTests
{
    [Fact]
    public void Validate_EveryFault_IsNamed()
    {
        var result = new DecisionOptionsValidator().Validate(null, new()
        {
            Mode = (DecisionMode)9,
            CommitMs = 0,
            RingCapacity = 5_000,
            DiskMiB = 10,
            SegmentMiB = 6,
        });

        Assert.Equal(
            [
                "Decode:Decisions:Mode: must be fast, durable or off (is '9')",
                "Decode:Decisions:NodeId: must be 1 to 64 characters (is '')",
                "Decode:Decisions:Folder: must be set (is '')",
                "Decode:Decisions:CommitMs: must be 1 to 1000 (is '0')",
                "Decode:Decisions:RingCapacity: must be a power of two (is '5000')",
                "Decode:Decisions:SegmentMiB: must be at most half of DiskMiB (10) (is '6')",
            ],
            result.Failures);
    }
}
