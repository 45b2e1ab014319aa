using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Marshalling;

namespace YiMaTong.Decode.Sessions;

/// <summary>
/// DecodeService over gRPC: what the node can answer at once is answered without a task of its own. A stream holds one
/// frame at a time: the next is read when the answer to the last is written, so that a gate that does not read its
/// answers is not read from either. A stream that is of no use any more is ended (<see cref="StreamGuard"/>).
/// </summary>
internal sealed class DecodeGrpcService(
    SessionOpener opener,
    ScanHandler scans,
    NodeStatus status,
    IDecisionSink decisions,
    StreamGuards guards,
    IOptions<DecodeOptions> options,
    ILogger<DecodeGrpcService> logger) : GateService.Base
{
    private readonly TimeSpan _minRevisionWait = TimeSpan.FromMilliseconds(options.Value.MinRevisionWaitMs);

    /// <inheritdoc />
    public override async Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context)
    {
        var response = opener.AreShared
            ? await opener.OpenShared(request, Caller.Of(context))
            : opener.Open(request, Caller.Of(context));
        RetryHint.Mark(context, response.Code);
        return response;
    }

    /// <inheritdoc />
    public override Task<GateCall> Decode(GateCall request, ServerCallContext context)
    {
#pragma warning disable VSTHRD003 // The task is completed from the start; it stands for no work.
        return TryAnswerAtOnce(request) ? request.Done : AnswerOneLater(request, context.CancellationToken);
#pragma warning restore VSTHRD003
    }

    /// <inheritdoc />
    public override async Task<GateCall> DecodeBatch(GateCall request, ServerCallContext context)
    {
        var found = await Find(request, request.Session, context.CancellationToken);
        _ = scans.AreShared(request.Session)
            ? await AnswerAllShared(request, request.Session.ToArray(), found)
            : AnswerAll(request, request.Session, found);
        await Settle(request, context.CancellationToken);
        return request;
    }

    /// <inheritdoc />
    public override Task DecodeStream(
        IAsyncStreamReader<GateCall> requestStream,
        IServerStreamWriter<GateCall> responseStream,
        ServerCallContext context) => Serve(requestStream, responseStream, context.CancellationToken);

    /// <summary>Answers a stream to its end.</summary>
    /// <exception cref="RpcException">The node ends it: UNAVAILABLE.</exception>
    internal async Task Serve(
        IAsyncStreamReader<GateCall> frames, IServerStreamWriter<GateCall> answers, CancellationToken call)
    {
        using var guard = guards.Watch(call);
        try
        {
            await AnswerFrames(frames, answers, guard);
        }
        catch (Exception gone) when (gone is IOException || call.IsCancellationRequested)
        {
            // The gate reset the stream, or its deadline is over: nobody is left to answer, and it is no fault here.
        }
        catch (OperationCanceledException) when (guard.End is { } end)
        {
            throw new RpcException(end);
        }
    }

    /// <summary>Answers one scan where no revision, record or other node has to be waited for.</summary>
    internal bool TryAnswerAtOnce(GateCall call)
    {
        var canAnswer = !decisions.Waits && Has(call.MinRevision) && !scans.AreShared(call.Session);
        if (canAnswer)
        {
            AnswerOne(call, PyCodes.Success);
        }

        return canAnswer;
    }

    /// <summary>Answers one scan, as soon as the node has the revision that it asks for.</summary>
    internal async Task<GateCall> AnswerOneLater(GateCall call, CancellationToken cancellation)
    {
        var found = await Find(call, call.Session, cancellation);
        if (scans.AreShared(call.Session))
        {
            await AnswerOneShared(call, found);
        }
        else
        {
            AnswerOne(call, found);
        }

        await Settle(call, cancellation);
        return call;
    }

    /// <summary>Waits for the record of what was answered; an answer that must not be given becomes PY1998.</summary>
    private async ValueTask Settle(GateCall call, CancellationToken cancellation)
    {
        if (!await decisions.Settled(cancellation))
        {
            scans.GiveBack(call);
            call.Answer.Clear();
            call.Answer.Append(Envelopes.Of(PyCodes.Busy));
            call.Answer.RetryAfter(RetryHint.BusyMs());
        }
    }

    private async Task AnswerFrames(
        IAsyncStreamReader<GateCall> frames, IServerStreamWriter<GateCall> answers, StreamGuard guard)
    {
        byte[] session = [];
        var code = PyCodes.Success;
        while (!EndsStream(code) && await frames.MoveNext(guard.Reading))
        {
            var frame = frames.Current;
            if (!frame.Session.IsEmpty && !frame.Session.SequenceEqual(session))
            {
                session = frame.Session.ToArray();
            }

            var found = await Find(frame, session, guard.Working);
            code = scans.AreShared(session)
                ? await AnswerAllShared(frame, session, found)
                : AnswerAll(frame, session, found);
            if (!frame.Malformed)
            {
                guard.Heard(scans.LifeLeft(session));
            }

            await Settle(frame, guard.Working);
            await answers.WriteAsync(frame, guard.Working);
        }
    }

    private static bool EndsStream(PyCode code) => code.Number is 1002 or 2001 or 2005;

    private bool Has(ulong revision) => revision == 0 || status.Has(revision);

    /// <summary>Finds whether the node has what an answer must rest on; waits for it, but for a session only.</summary>
    private ValueTask<PyCode> Find(GateCall call, ReadOnlySpan<byte> session, CancellationToken cancellation) =>
        Has(call.MinRevision) ? new(PyCodes.Success)
        : scans.LifeLeft(session) > TimeSpan.Zero ? Await(call.MinRevision, cancellation)
        : new(PyCodes.DataUnavailable);

    private async ValueTask<PyCode> Await(ulong revision, CancellationToken cancellation) =>
        await status.WaitFor(revision, _minRevisionWait, cancellation) ? PyCodes.Success : PyCodes.DataUnavailable;

    private void AnswerOne(GateCall call, PyCode found)
    {
        try
        {
            scans.AnswerOne(call, found);
        }
        catch (Exception unexpected)
        {
            _ = Fail(call, unexpected);
        }
    }

    private async ValueTask AnswerOneShared(GateCall call, PyCode found)
    {
        try
        {
            await scans.AnswerOneShared(call, found);
        }
        catch (Exception unexpected)
        {
            _ = Fail(call, unexpected);
        }
    }

    private async ValueTask<PyCode> AnswerAllShared(GateCall call, byte[] session, PyCode found)
    {
        try
        {
            return await scans.AnswerAllShared(call, session, found);
        }
        catch (Exception unexpected)
        {
            return Fail(call, unexpected);
        }
    }

    private PyCode AnswerAll(GateCall call, ReadOnlySpan<byte> session, PyCode found)
    {
        try
        {
            return scans.AnswerAll(call, session, found);
        }
        catch (Exception unexpected)
        {
            return Fail(call, unexpected);
        }
    }

    private PyCode Fail(GateCall call, Exception unexpected)
    {
        Log.ScanFailed(logger, unexpected);
        call.Answer.Clear();
        call.Answer.Append(Envelopes.Of(PyCodes.SystemError));
        return PyCodes.SystemError;
    }
}
