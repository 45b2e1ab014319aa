using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace YiMaTong.Hosting.Envelope;

/// <summary>
/// A handler that fails unexpectedly answers in its own reply, over gRPC and REST alike
/// (<see cref="HandlerFailures"/>).
/// </summary>
internal sealed class SystemErrorInterceptor(HandlerFailures failures) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Task<TResponse> call;
        try
        {
            call = continuation(request, context);
        }
        catch (Exception thrownAtOnce)
        {
            // A handler without a task of its own throws before there is one; it is judged like any other.
            call = Task.FromException<TResponse>(thrownAtOnce);
        }

        return call.IsCompletedSuccessfully ? call : AwaitAsync(call, context);
    }

    private async Task<TResponse> AwaitAsync<TResponse>(Task<TResponse> call, ServerCallContext context)
    {
        try
        {
#pragma warning disable VSTHRD003 // The task was started by this interceptor's own call of the continuation.
            return await call;
#pragma warning restore VSTHRD003
        }
        catch (Exception unexpected) when (
            unexpected is not RpcException and not OperationCanceledException
            && Activator.CreateInstance<TResponse>() is IMessage)
        {
            var code = failures.Judge(unexpected, context.Method);
            var response = Activator.CreateInstance<TResponse>();
            var message = (IMessage)response!;
            message.Descriptor.FindFieldByName("code")?.Accessor.SetValue(message, code.Code);
            message.Descriptor.FindFieldByName("msg")?.Accessor.SetValue(message, code.Message);
            return response;
        }
    }
}
