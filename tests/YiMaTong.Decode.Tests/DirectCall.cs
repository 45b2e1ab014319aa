using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace YiMaTong.Decode.Tests;

/// <summary>
/// A call as the server hands it to those who answer directly, with what of its body has come. One caller at a time.
/// </summary>
internal sealed class DirectCall : IRequestBodyPipeFeature, IHttpResponseTrailersFeature, IDisposable
{
    private readonly Pipe _request = new();
    private readonly MemoryStream _response = new();

    /// <summary>Makes a POST.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="type">Its content type.</param>
    /// <param name="body">What of its body has come.</param>
    /// <param name="ended">Whether that is all of it.</param>
    public DirectCall(string path, string type, byte[] body, bool ended = true)
    {
        // A pipe with room takes bytes without waiting; completed, it has them ready for the reader as well.
        _request.Writer.Write(body);
        _ = _request.Writer.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        if (ended)
        {
            _request.Writer.Complete();
        }

        Context.Features.Set<IRequestBodyPipeFeature>(this);
        Context.Features.Set<IHttpResponseTrailersFeature>(this);
        Context.Response.Body = _response;
        Context.Request.Method = "POST";
        Context.Request.Path = path;
        Context.Request.ContentType = type;
    }

    public DefaultHttpContext Context { get; } = new();

    public IHttpResponseTrailersFeature Trailers => this;

    PipeReader IRequestBodyPipeFeature.Reader => _request.Reader;

    IHeaderDictionary IHttpResponseTrailersFeature.Trailers { get; set; } = new HeaderDictionary();

    public void Dispose() => _response.Dispose();

    /// <summary>The body of the answer.</summary>
    public async Task<byte[]> Answer()
    {
        _ = await Context.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        return _response.ToArray();
    }
}
