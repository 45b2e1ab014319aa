namespace YiMaTong.Hosting.Health;

/// <summary>
/// Something that an operator may tell the process by the admin port. Called by POST with a JSON body of 4 KiB at most
/// and that content type, which no page in a browser can send to another origin unasked.
/// </summary>
public interface IAdminAction
{
    /// <summary>The path, with its leading slash.</summary>
    string Path { get; }

    /// <summary>Does it.</summary>
    /// <param name="body">The body; nobody has looked whether it is JSON.</param>
    /// <returns>The HTTP status and a line of plain text.</returns>
    (int Status, string Text) Invoke(ReadOnlySpan<byte> body);
}
