using System.Numerics;
using System.Security.Cryptography;
using Grpc.Core;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Peers.Stores;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Handlers;

/// <summary>
/// Decode as it is usually written: open the code, read the citizen from a store beside the service, judge, answer
/// with generated messages.
/// </summary>
internal sealed class StoreHandler(City city, ISubjectStore store, TimeProvider time) : DecodeService.DecodeServiceBase
{
    private const int SkewSeconds = 5;
    private const uint SceneKind = 1;
    private const ulong SceneTags = (1UL << City.Tags) - 1;

    private readonly CodeKeyRing _ring = city.Ring();

    public override Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context) =>
        Task.FromResult(ConstantAnswer.Session);

    public override async Task<DecodeResponse> Decode(DecodeRequest request, ServerCallContext context)
    {
        if (!request.Session.Span.SequenceEqual(ConstantAnswer.Session.Session.Span))
        {
            return Refusal(PyCodes.InvalidToken, request);
        }

        if (OnlineCode.Open(_ring, request.Qrcode, out var code) != CodeOpenStatus.Opened)
        {
            return Refusal(PyCodes.NotOurCode, request);
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (now < code.IssuedAt - SkewSeconds || now >= code.IssuedAt + code.Payload.LifeSeconds + SkewSeconds)
        {
            return Refusal(PyCodes.Expired, request);
        }

        var subject = await store.Read(code.Payload.Handle);
        return subject is null ? Refusal(PyCodes.NoSuchCode, request)
            : subject.State != SubjectState.Active || code.IssuedAt < subject.ValidFrom
                ? Refusal(PyCodes.Revoked, request)
            : (subject.SceneKinds & SceneKind) == 0 ? Refusal(PyCodes.SceneNotAuthorised, request)
            : Permit(subject, code.Payload.Type, request);
    }

    private static DecodeResponse Permit(SubjectRecord subject, byte type, DecodeRequest request)
    {
        var response = new DecodeResponse
        {
            Code = PyCodes.Success.Code,
            Msg = PyCodes.Success.Message,
            Decision = Decision.Permit,
            QrcodeType = CodeType.NameOf(type),
            CatalogueRevision = 70,
            DecisionId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            ScanId = request.ScanId,
            DataRevision = 100_000,
            DataAgeMs = 500,
        };
        for (var tags = subject.Tags & SceneTags; tags != 0; tags &= tags - 1)
        {
            response.TagNumbers.Add((uint)BitOperations.TrailingZeroCount(tags) + 1);
        }

        return response;
    }

    private static DecodeResponse Refusal(PyCode code, DecodeRequest request) => new()
    {
        Code = code.Code,
        Msg = code.Message,
        Decision = Decision.Deny,
        ScanId = request.ScanId,
        DataRevision = 100_000,
    };
}
