using CsCheck;

namespace YiMaTong.Hosting.Tests.Rest;

/// <summary>Bodies put together from JSON's own pieces: most are broken, some are not.</summary>
internal static class RandomBodies
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "1", "-0", "1e9", "1.5", "\"\\ud800\"", "\"\\n\"", "\"甲\"",
        "\"merchantId\"", "\"merchant_id\"", "\"nested\"", "\"words\"", "\"until\"", "\"signed\"", "\"x\"", " ", "//",
    ];

    /// <summary>Random pieces in a row.</summary>
    public static Gen<string> Tokens { get; } =
        OneOf(Pieces).Array[0, 24].Select(pieces => "{" + string.Concat(pieces));

    /// <summary>Objects that are JSON, with right and wrong values for a scene's fields.</summary>
    public static Gen<string> Scenes { get; } = Gen.Select(
        OneOf(
            "sceneId", "scene_id", "kind", "singleUse", "fields", "tagNumbers", "maxStalenessMs", "state", "x"),
        OneOf(
            "null", "true", "1", "-1", "4294967295", "4294967296", "1.5", "1e2", "\"a\"", "\"1\"", "\"\"", "[]", "[1]",
            "[1.0]", "[\"a\"]", "[null]", "[[]]", "{}",
            "\"REGISTRATION_STATE_UNSPECIFIED\"", "\"\\ud800\"", "\"\\u0000\""))
        .Select((name, value) => $"\"{name}\":{value}")
        .Array[0, 3]
        .Select(fields => $"{{\"scene\":{{{string.Join(',', fields)}}}}}");

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
