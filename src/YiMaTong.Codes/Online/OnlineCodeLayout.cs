namespace YiMaTong.Codes.Online;

/// <summary>
/// Where things lie in the 38 bytes of a code of suite 1:
/// keyId(1) ‖ issuedAt(4) ‖ random(8) ‖ ciphertext(13) ‖ tag(12). Numbers are big-endian. Frozen by the golden vectors.
/// </summary>
internal static class OnlineCodeLayout
{
    internal const int KeyIdAt = 0;
    internal const int IssuedAtAt = 1;
    internal const int RandomAt = 5;
    internal const int CiphertextAt = 13;
    internal const int TagAt = 26;
    internal const int TotalLength = 38;

    internal const int RandomLength = 8;
    internal const int TagLength = TotalLength - TagAt;
    internal const int PlaintextLength = TagAt - CiphertextAt;

    // Inside the seal: handle(8) ‖ type(1) ‖ channel(2) ‖ flags(1) ‖ life(1).
    internal const int HandleAt = 0;
    internal const int TypeAt = 8;
    internal const int ChannelAt = 9;
    internal const int FlagsAt = 11;
    internal const int LifeAt = 12;

    internal const int LifeUnitSeconds = 5;
    internal const int LifeMaxSeconds = byte.MaxValue * LifeUnitSeconds;
}
