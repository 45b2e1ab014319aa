using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests;

/// <summary>Clause 7.2.2: anyone can read what is not as it should be, in the envelope.</summary>
public sealed class NoticeTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task Notices_Anybody_GetsAnEnvelopeWithAList() =>
        Envelope.Is(await Api.Get(Paths.Notices), "PY0000");

    [Fact]
    public async Task Incidents_WithoutOperator_IsPY1002() =>
        Envelope.Is(await Api.Get("/api/v1/platform/incidents"), "PY1002");
}
