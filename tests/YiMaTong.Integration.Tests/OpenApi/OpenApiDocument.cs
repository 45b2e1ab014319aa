using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.OpenApi;

/// <summary>
/// docs/api/openapi.yaml out of the contracts: paths and bodies from the descriptors with their google.api.http
/// options, texts from the protos' comments.
/// </summary>
internal sealed partial class OpenApiDocument
{
    private const string Operator = "operatorToken";
    private const string Citizen = "citizenSession";

    private readonly ProtoComments _comments = ProtoComments.Read(RepositoryRoot.Combine("protos", "yimatong"));
    private readonly SchemaWriter _schemas;

    private OpenApiDocument()
    {
        var bound = Methods().SelectMany(entry => PathFields(entry.Method, entry.Rule)).Select(field => field.FullName);
        _schemas = new SchemaWriter(_comments, bound.ToHashSet());
    }

    /// <summary>Every method that REST reaches, by path and verb.</summary>
    public static IEnumerable<(MethodDescriptor Method, HttpRule Rule)> Methods() => Files()
        .SelectMany(file => file.Services)
        .SelectMany(service => service.Methods)
        .Select(method => (method, method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)!))
        .Where(entry => entry.Item2 is not null)
        .OrderBy(entry => Route(entry.Item2).Path, StringComparer.Ordinal)
        .ThenBy(entry => Route(entry.Item2).Verb, StringComparer.Ordinal);

    /// <summary>The document's text.</summary>
    public static string Generate() => YamlWriter.Write(new OpenApiDocument().Write());

    /// <summary>Path and verb of a rule, the path as OpenAPI names its parameters.</summary>
    public static (string Path, string Verb) Route(HttpRule rule)
    {
        var (path, verb) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (rule.Get, "get"),
            HttpRule.PatternOneofCase.Put => (rule.Put, "put"),
            HttpRule.PatternOneofCase.Post => (rule.Post, "post"),
            HttpRule.PatternOneofCase.Delete => (rule.Delete, "delete"),
            HttpRule.PatternOneofCase.Patch => (rule.Patch, "patch"),
            _ => throw new NotSupportedException($"a rule of kind {rule.PatternCase}"),
        };
        return (Variable().Replace(path, match => $"{{{ParameterName(match.Groups[1].Value)}}}"), verb);
    }

    private static IEnumerable<FileDescriptor> Files() => typeof(DecodeRequest).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<FileDescriptor>()
        .Where(file => file.Package.StartsWith("yimatong.", StringComparison.Ordinal));

    private static string ParameterName(string fieldPath) => SchemaWriter.JsonName(fieldPath.Split('.')[^1]);

    private static IEnumerable<FieldDescriptor> PathFields(MethodDescriptor method, HttpRule rule)
    {
        var path = rule.Get + rule.Put + rule.Post + rule.Delete + rule.Patch;
        foreach (Match match in Variable().Matches(path))
        {
            var message = method.InputType;
            var names = match.Groups[1].Value.Split('.');
            foreach (var name in names[..^1])
            {
                message = message.FindFieldByName(name).MessageType;
            }

            yield return message.FindFieldByName(names[^1]);
        }
    }

    private JsonObject Write()
    {
        var paths = new JsonObject();
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (method, rule) in Methods())
        {
            var (path, verb) = Route(rule);
            paths.TryAdd(path, new JsonObject());
            paths[path]![verb] = Operation(method, rule);
            tags[method.Service.Name] = _comments.Of(method.Service.FullName);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = Fixed.Info(),
            ["servers"] =
                new JsonArray(new JsonObject { ["url"] = "http://127.0.0.1:8080", ["description"] = "AllInOne" }),
            ["tags"] = new JsonArray([.. tags.Select(tag =>
                new JsonObject { ["name"] = tag.Key, ["description"] = tag.Value })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = Fixed.SecuritySchemes(Operator, Citizen),
                ["responses"] = Fixed.Responses(),
                ["schemas"] = _schemas.Schemas(Fixed.Envelope()),
            },
        };
    }

    private JsonObject Operation(MethodDescriptor method, HttpRule rule)
    {
        var comment = _comments.Of(method.FullName);
        var operation = new JsonObject
        {
            ["operationId"] = method.Name,
            ["tags"] = new JsonArray(method.Service.Name),
            ["summary"] = comment.Split(". ")[0].TrimEnd('.'),
            ["description"] = comment,
            ["security"] = Security(method),
        };
        var inPath = PathFields(method, rule).ToList();
        var inQuery = rule.Body.Length > 0 ? [] : method.InputType.Fields.InDeclarationOrder().Except(inPath);
        var parameters = inPath.Select(Parameter).Concat(inQuery.Select(QueryParameter)).ToArray();
        if (parameters.Length > 0)
        {
            operation["parameters"] = new JsonArray([.. parameters]);
        }

        if (rule.Body.Length > 0)
        {
            var body = rule.Body == "*" ? method.InputType : method.InputType.FindFieldByName(rule.Body).MessageType;
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Json(_schemas.Reference(body)),
            };
        }

        operation["responses"] = Answers(method, rule.Body.Length > 0);
        return operation;
    }

    private JsonObject Answers(MethodDescriptor method, bool hasBody)
    {
        var answers = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = _comments.Of(method.OutputType.FullName),
                ["content"] = Json(_schemas.Reference(method.OutputType)),
            },
        };
        foreach (var (status, name, needsBody) in Fixed.Refusals)
        {
            if (hasBody || !needsBody)
            {
                answers[status] = new JsonObject { ["$ref"] = $"#/components/responses/{name}" };
            }
        }

        return answers;
    }

    private JsonObject Parameter(FieldDescriptor field)
    {
        var schema = _schemas.Field(field);
        schema.Remove("description");
        return new JsonObject
        {
            ["name"] = field.JsonName,
            ["in"] = "path",
            ["required"] = true,
            ["description"] = _comments.Of(field.FullName) + " It goes before the one in the body.",
            ["schema"] = schema,
        };
    }

    private JsonObject QueryParameter(FieldDescriptor field)
    {
        var schema = _schemas.Field(field);
        schema.Remove("description");
        var comment = _comments.Of(field.FullName);
        return new JsonObject
        {
            ["name"] = field.JsonName,
            ["in"] = "query",
            ["required"] = comment.StartsWith("Required.", StringComparison.Ordinal),
            ["description"] = comment,
            ["schema"] = schema,
        };
    }

    // The services' comments say whose token calls carry; signing in gives the session, so it has none.
    private JsonArray Security(MethodDescriptor method)
    {
        var comment = _comments.Of(method.Service.FullName);
        var scheme = comment.Contains("Bearer OPERATOR_TOKEN", StringComparison.Ordinal) ? Operator
            : comment.Contains("Bearer SESSION", StringComparison.Ordinal) && method.Name != "Authenticate" ? Citizen
            : null;
        return scheme is null ? [] : [new JsonObject { [scheme] = new JsonArray() }];
    }

    private static JsonObject Json(JsonObject schema) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    [GeneratedRegex(@"\{([\w.]+)\}")]
    private static partial Regex Variable();
}
