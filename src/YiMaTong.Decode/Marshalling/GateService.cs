using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Marshalling;

/// <summary>
/// DecodeService bound to our own marshallers: the shape of a generated service, so that gRPC, its reflection and JSON
/// transcoding find it as they find those. OpenSession keeps its generated messages.
/// </summary>
internal static class GateService
{
    /// <summary>The service as the proto declares it.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => DecodeService.Descriptor;

    /// <summary>Binds the methods; gRPC calls it.</summary>
    public static void BindService(ServiceBinderBase binder, Base? service)
    {
        DecodeService.BindService(new Generated(binder, service), null);
        binder.AddMethod(
            Method(nameof(Base.Decode), MethodType.Unary, GateMarshaller.One),
            service is null ? null : service.Decode);
        binder.AddMethod(
            Method(nameof(Base.DecodeBatch), MethodType.Unary, GateMarshaller.Many),
            service is null ? null : service.DecodeBatch);
        binder.AddMethod(
            Method(nameof(Base.DecodeStream), MethodType.DuplexStreaming, GateMarshaller.Many),
            service is null ? null : (DuplexStreamingServerMethod<GateCall, GateCall>)service.DecodeStream);
    }

    private static Method<GateCall, GateCall> Method(string name, MethodType type, Marshaller<GateCall> marshaller) =>
        new(type, Descriptor.FullName, name, marshaller, marshaller);

    /// <summary>What the node implements.</summary>
    [BindServiceMethod(typeof(GateService), nameof(BindService))]
    internal abstract class Base
    {
        /// <summary>Opens a session.</summary>
        public abstract Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context);

        /// <summary>Answers one scan.</summary>
        public abstract Task<GateCall> Decode(GateCall request, ServerCallContext context);

        /// <summary>Answers a batch.</summary>
        public abstract Task<GateCall> DecodeBatch(GateCall request, ServerCallContext context);

        /// <summary>Answers frames.</summary>
        public abstract Task DecodeStream(
            IAsyncStreamReader<GateCall> requestStream,
            IServerStreamWriter<GateCall> responseStream,
            ServerCallContext context);
    }

    // The generated binding is the one place that has OpenSession's method; the others are bound above.
    private sealed class Generated(ServiceBinderBase binder, Base? service) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (method is Method<OpenSessionRequest, OpenSessionResponse> openSession)
            {
                binder.AddMethod(openSession, service is null ? null : service.OpenSession);
            }
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            // DecodeStream, bound above.
        }
    }
}
