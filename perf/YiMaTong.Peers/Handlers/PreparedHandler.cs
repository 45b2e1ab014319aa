using System.Buffers;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace YiMaTong.Peers.Handlers;

/// <summary>What a marshaller can reach: the request is not read, the answer's bytes are copied as they are.</summary>
internal sealed class PreparedHandler(ConstantAnswer answer)
{
    private readonly Task<byte[]> _answer = Task.FromResult(answer.Message.ToByteArray());

    public Task<byte[]> Decode() => _answer;
}

/// <summary>Registers the handler's methods with marshallers of its own.</summary>
internal sealed class PreparedMethods : IServiceMethodProvider<PreparedHandler>
{
    private const string Service = "yimatong.decode.v1.DecodeService";

    private static readonly Marshaller<byte[]> Bytes = new(
        (bytes, context) =>
        {
            context.SetPayloadLength(bytes.Length);
            context.GetBufferWriter().Write(bytes);
            context.Complete();
        },
        context =>
        {
            _ = context.PayloadAsReadOnlySequence();
            return [];
        });

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<PreparedHandler> context)
    {
        context.AddUnaryMethod(
            new Method<byte[], byte[]>(MethodType.Unary, Service, "Decode", Bytes, Bytes),
            [],
            static (handler, _, _) => handler.Decode());
        context.AddUnaryMethod(
            new Method<byte[], byte[]>(MethodType.Unary, Service, "OpenSession", Bytes, Bytes),
            [],
            static (_, _, _) => Task.FromResult(ConstantAnswer.Session.ToByteArray()));
    }
}
