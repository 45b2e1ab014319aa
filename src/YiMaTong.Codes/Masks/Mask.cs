namespace YiMaTong.Codes.Masks;

/// <summary>The standard's masks (examples of B.1 and B.3). Thread-safe.</summary>
public static class Mask
{
    /// <summary>Stars every text element but the last: 张三 becomes *三. One element becomes a single star.</summary>
    public static string Name(string name) => throw new NotImplementedException();

    /// <summary>First character, fourteen stars, last character, whatever the length.</summary>
    public static string Card(string number) => throw new NotImplementedException();
}
