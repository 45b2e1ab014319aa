namespace YiMaTong.Codes.Online;

/// <summary>
/// Types of online code: a number inside the code, a name (<c>qrcodeType</c>) in interfaces. Only "gj" is printed in
/// the standard; numbers are frozen once given. Thread-safe.
/// </summary>
public static class CodeType
{
    /// <summary>"gj": public transport (公交), and the type that every scene of the demonstration accepts.</summary>
    public const byte PublicTransport = 1;

    /// <summary>"ty": general use (通用), ours: parks, museums, clinics, counters.</summary>
    public const byte General = 2;

    /// <summary>Finds the number of a name.</summary>
    /// <param name="name">The name, for example "gj"; case matters.</param>
    /// <param name="type">The number; 0 when unknown.</param>
    /// <returns>False when there is no such type.</returns>
    public static bool TryParse(ReadOnlySpan<char> name, out byte type)
    {
        type = name switch { "gj" => PublicTransport, "ty" => General, _ => 0 };
        return type != 0;
    }

    /// <summary>The name of a number, or an empty string where there is none.</summary>
    /// <param name="type">The number.</param>
    public static string NameOf(byte type) => type switch { PublicTransport => "gj", General => "ty", _ => "" };
}
