using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// The frame of every call of the platform interfaces: the operator's token first, then the work, and an envelope
/// whatever happens. Thread-safe.
/// </summary>
internal sealed class PlatformCall(OperatorGuard guard, StorageFaults faults, ILogger<PlatformCall> log)
{
    // Every envelope has its code and msg under these numbers; a test walks all services to hold it.
    public const int CodeField = 1;
    public const int MsgField = 2;

    /// <summary>Runs a call.</summary>
    /// <typeparam name="TReply">The envelope.</typeparam>
    /// <param name="context">The call.</param>
    /// <param name="work">
    /// Does the work; fills the reply's response when it succeeds and leaves it unset otherwise.
    /// </param>
    public async Task<TReply> RunAsync<TReply>(
        ServerCallContext context, Func<TReply, CancellationToken, Task<Outcome>> work)
        where TReply : class, IMessage, new()
    {
        if (!guard.Allows(context.RequestHeaders))
        {
            return Enclose(new TReply(), PyCodes.InvalidToken);
        }

        var reply = new TReply();
        try
        {
            return Enclose(reply, await work(reply, context.CancellationToken));
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller has gone."));
        }
        catch (Exception exception)
        {
            log.CallFailed(context.Method, Fault.Describe(exception));
            return Enclose(
                new TReply(), faults.Explain(exception) is null ? PyCodes.SystemError : PyCodes.Busy);
        }
    }

    private static TReply Enclose<TReply>(TReply reply, Outcome outcome)
        where TReply : class, IMessage
    {
        var fields = reply.Descriptor.Fields;
        fields[CodeField].Accessor.SetValue(reply, outcome.Code.Code);
        fields[MsgField].Accessor.SetValue(reply, outcome.Message);
        return reply;
    }
}
