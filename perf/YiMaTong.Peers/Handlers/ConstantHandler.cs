using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Peers.Handlers;

/// <summary>
/// The ordinary handler: generated messages in and out, no work between them. The message is made once; one that made
/// its answer anew would be slower.
/// </summary>
internal sealed class ConstantHandler(ConstantAnswer answer) : DecodeService.DecodeServiceBase
{
    private readonly Task<DecodeResponse> _answer = Task.FromResult(answer.Message);

    public override Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context) =>
        Task.FromResult(ConstantAnswer.Session);

    public override Task<DecodeResponse> Decode(DecodeRequest request, ServerCallContext context) => _answer;

    public override Task<DecodeBatchResponse> DecodeBatch(DecodeBatchRequest request, ServerCallContext context) =>
        Task.FromResult(Batch(request.Scans.Count));

    public override async Task DecodeStream(
        IAsyncStreamReader<DecodeStreamRequest> requestStream,
        IServerStreamWriter<DecodeStreamResponse> responseStream,
        ServerCallContext context)
    {
        await foreach (var frame in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var batch = Batch(frame.Scans.Count);
            var response = new DecodeStreamResponse { Code = batch.Code, Msg = batch.Msg };
            response.Results.AddRange(batch.Results);
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    private DecodeBatchResponse Batch(int count)
    {
        var response = new DecodeBatchResponse { Code = answer.Message.Code, Msg = answer.Message.Msg };
        for (var i = 0; i < count; i++)
        {
            response.Results.Add(answer.Message);
        }

        return response;
    }
}
