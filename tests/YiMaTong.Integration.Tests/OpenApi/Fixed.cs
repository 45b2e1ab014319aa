using System.Text.Json.Nodes;

namespace YiMaTong.Integration.Tests.OpenApi;

/// <summary>What every operation shares and no proto says: the envelope, the refusals below it, who may call.</summary>
internal static class Fixed
{
    private const string About =
        "The REST interfaces of YiMaTong: B.1 to B.5 of DB3301/T, part 3, as the standard prints them, and the "
        + "interfaces of citizens and operators beside them. Every answer is an envelope of code, msg and response. A "
        + "request that reached its interface answers 200 whatever its code; other statuses mean that it did not. "
        + "Gates use gRPC (protos/yimatong/decode/v1); OAuth 2.0 clients find /oauth2 by discovery. This file is "
        + "generated from the protos.";

    /// <summary>Statuses below the interfaces, and whether only a request with a body meets them.</summary>
    public static IReadOnlyList<(string Status, string Name, bool NeedsBody)> Refusals { get; } =
    [
        ("400", "Malformed", false),
        ("413", "TooLarge", true),
        ("415", "WrongContentType", true),
        ("429", "TooManyRequests", false),
        ("500", "SystemError", false),
        ("503", "Overloaded", false),
        ("504", "TimedOut", false),
    ];

    public static JsonObject Info() => new()
    {
        ["title"] = "YiMaTong (一码通)",
        ["version"] = "1",
        ["description"] = About,
        ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
    };

    public static JsonObject SecuritySchemes(string operatorToken, string citizenSession) => new()
    {
        [operatorToken] = Bearer("The operators' token, from the file that Issuing:OperatorTokenFile names."),
        [citizenSession] = Bearer("The sessionToken that POST /api/v1/citizen/sessions answered."),
    };

    public static JsonObject Responses() => new()
    {
        ["Malformed"] = Refusal("PY1001: the body or a parameter is malformed; msg names the field."),
        ["TooLarge"] = Refusal("PY1001: the body is larger than 64 KiB."),
        ["WrongContentType"] = Refusal("PY1001: the content type is not application/json."),
        ["TooManyRequests"] = Refusal("PY1008: one address asks too often; Retry-After says when to come again."),
        ["SystemError"] = Refusal("PY1999: a fault of the service."),
        ["Overloaded"] = Refusal("PY1998: too many requests are under way; Retry-After says when to come again."),
        ["TimedOut"] = Refusal("PY1997: the request took too long."),
    };

    public static JsonObject Envelope() => new()
    {
        ["type"] = "object",
        ["description"] = "What a refused request answers.",
        ["required"] = new JsonArray("code", "msg"),
        ["properties"] = new JsonObject
        {
            ["code"] = new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = "^PY[0-9]{4}$",
                ["description"] = "Return code of Appendix C.",
            },
            ["msg"] = new JsonObject { ["type"] = "string", ["description"] = "What the code means, in Chinese." },
        },
    };

    private static JsonObject Bearer(string description) => new()
    {
        ["type"] = "http",
        ["scheme"] = "bearer",
        ["description"] = description,
    };

    private static JsonObject Refusal(string description) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject
            {
                ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Envelope" },
            },
        },
    };
}
