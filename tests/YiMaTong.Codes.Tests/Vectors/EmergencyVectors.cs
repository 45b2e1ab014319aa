namespace YiMaTong.Codes.Tests.Vectors;

// The shape of tests/vectors/emergency.json; the README beside it says what each field means.
internal sealed record EmergencyFile(
    string Warning,
    List<EmergencyKeyVector> TestKeys,
    EmergencyGateVector Gate,
    EmergencyDocumentsVector Documents,
    List<EmergencyValidVector> Valid,
    List<EmergencyRefusedVector> Refused,
    List<EmergencyStandingVector> Standings,
    List<EmergencyTagVector> Tags);

internal sealed record EmergencyKeyVector(string Name, string Kid, string PrivateHex, string CompressedHex);

internal sealed record EmergencyGateVector(string Region, int SkewSeconds, int ShowingLifeSeconds);

internal sealed record EmergencyDocumentsVector(
    string RootKid, string KeySetHex, string StatusListHex, string StatusDeltaHex, string DeclarationHex,
    string TagCatalogueHex);

internal sealed record EmergencyValidVector(
    string Form,
    string Text,
    uint Now,
    int SceneKind,
    string Kid,
    string Region,
    uint NotBefore,
    uint Expires,
    string Tags,
    ushort SceneKinds,
    byte StatusList,
    int StatusIndex,
    uint ShownAt,
    double? Latitude,
    double? Longitude,
    string TokenId,
    string ShowingId);

internal sealed record EmergencyRefusedVector(
    string Why, string Text, uint Now, int SceneKind, string Status, string ReturnCode);

internal sealed record EmergencyTagVector(int No, string Text, string Icon, byte BackgroundColor, byte FontColor);

internal sealed record EmergencyStandingVector(
    string Region, int SceneKind, uint Now, string Standing, string ReturnCode);
