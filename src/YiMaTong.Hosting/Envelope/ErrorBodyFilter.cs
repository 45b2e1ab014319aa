using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace YiMaTong.Hosting.Envelope;

/// <summary>
/// Stands before the response body of one request and drops what is written under an error status, so that no parser's
/// or framework's text reaches a client and the envelope can still be written. A success passes through untouched.
/// One request, one instance; not thread-safe, as a response is not.
/// </summary>
internal sealed class ErrorBodyFilter(HttpResponse response, IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
{
    private PipeWriter? _dropped;

    /// <summary>What the client is to be told; null leaves it to the status.</summary>
    public Refusal? Refusal { get; set; }

    private bool Dropping => response.StatusCode >= 400 && !response.HasStarted;

    public Stream Stream => Dropping ? Stream.Null : inner.Stream;

    public PipeWriter Writer => Dropping ? _dropped ??= PipeWriter.Create(Stream.Null) : inner.Writer;

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) =>
        Dropping ? Task.CompletedTask : inner.StartAsync(cancellationToken);

    public Task SendFileAsync(
        string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        Dropping ? Task.CompletedTask : inner.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => Dropping ? Task.CompletedTask : inner.CompleteAsync();
}
