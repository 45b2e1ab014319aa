using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Endpoint = Microsoft.AspNetCore.Http.Endpoint;

namespace YiMaTong.Hosting.Rest;

/// <summary>What a transcoded endpoint reads from its body: found once per endpoint.</summary>
/// <param name="Body">The message that the body holds; null where the method takes none.</param>
internal sealed record TranscodedMethod(MessageDescriptor? Body)
{
    /// <summary>Finds the method behind an endpoint; null for any other kind, gRPC's own included.</summary>
    public static TranscodedMethod? Of(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } metadata
            ? new TranscodedMethod(BodyOf(metadata.MethodDescriptor.InputType, metadata.HttpRule.Body))
            : null;

    private static MessageDescriptor? BodyOf(MessageDescriptor input, string body) => body switch
    {
        "" => null,
        "*" => input,
        _ => input.FindFieldByName(body)?.MessageType,
    };
}
