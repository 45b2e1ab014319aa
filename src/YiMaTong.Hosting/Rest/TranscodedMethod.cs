using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Endpoint = Microsoft.AspNetCore.Http.Endpoint;

namespace YiMaTong.Hosting.Rest;

/// <summary>
/// What a transcoded endpoint reads from its body: found once per endpoint from the service's descriptor.
/// </summary>
/// <param name="Body">The message that the body holds; null where the method takes none.</param>
internal sealed record TranscodedMethod(MessageDescriptor? Body)
{
    /// <summary>Finds the method behind an endpoint; null for an endpoint of another kind.</summary>
    public static TranscodedMethod? Of(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not { } metadata)
        {
            return null;
        }

        var method = FindService(metadata.ServiceType)?.FindMethodByName(metadata.Method.Name);
        var rule = method?.GetOptions()?.GetExtension(AnnotationsExtensions.Http);
        return rule is null || method is null ? null : new TranscodedMethod(BodyOf(method.InputType, rule.Body));
    }

    private static MessageDescriptor? BodyOf(MessageDescriptor input, string body) => body switch
    {
        "" => null,
        "*" => input,
        _ => input.FindFieldByName(body)?.MessageType,
    };

    // A service class derives from the generated XxxBase, which is nested in the class that has the descriptor.
    private static ServiceDescriptor? FindService(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.DeclaringType?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static) is { } property
                && property.PropertyType == typeof(ServiceDescriptor))
            {
                return (ServiceDescriptor?)property.GetValue(null);
            }
        }

        return null;
    }
}
