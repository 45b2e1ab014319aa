using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace YiMaTong.Hosting.Direct;

/// <summary>An answer to a call that is answered directly. A struct, so that sending it allocates nothing.</summary>
public interface IDirectAnswer
{
    /// <summary>Writes it into the response, whose headers are under way. Called once.</summary>
    void Put(HttpResponse response);
}

/// <summary>What all have to do who answer calls directly. Thread-safe: it holds nothing.</summary>
public static class DirectAnswer
{
    /// <summary>Shows a body that is here whole. The caller says afterwards how much of it is consumed.</summary>
    /// <param name="reader">The request's.</param>
    /// <param name="body">The body; nothing where the result is false, and nothing of it is consumed then.</param>
    public static bool TryPeek(PipeReader reader, out ReadOnlySequence<byte> body)
    {
        body = default;
        try
        {
            if (!reader.TryRead(out var read))
            {
                return false;
            }

            if (read is { IsCompleted: true, IsCanceled: false })
            {
                body = read.Buffer;
                return true;
            }

            reader.AdvanceTo(read.Buffer.Start);
            return false;
        }
        catch (IOException)
        {
            // The connection or the stream is gone or at fault: the pipeline finds the same.
            return false;
        }
    }

    /// <summary>
    /// Sends the headers as they are set and then the answer, which goes straight into the connection's buffer once
    /// they are under way. Nearly always all of it is done when the call returns.
    /// </summary>
    public static Task SendAsync<TAnswer>(HttpResponse response, in TAnswer answer)
        where TAnswer : struct, IDirectAnswer
    {
        var started = response.StartAsync();
        if (!started.IsCompletedSuccessfully)
        {
            return SendLaterAsync(started, response, answer);
        }

        answer.Put(response);
        return Task.CompletedTask;
    }

    private static async Task SendLaterAsync<TAnswer>(Task started, HttpResponse response, TAnswer answer)
        where TAnswer : struct, IDirectAnswer
    {
#pragma warning disable VSTHRD003 // The task was started by the caller, for this call alone.
        await started;
#pragma warning restore VSTHRD003
        answer.Put(response);
    }
}
