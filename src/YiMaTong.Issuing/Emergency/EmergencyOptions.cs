namespace YiMaTong.Issuing.Emergency;

/// <summary>Settings of emergency codes and what gates verify them with, section "Issuing:Emergency".</summary>
internal sealed class EmergencyOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:Emergency";

    /// <summary>Letters of Annex A.</summary>
    public const string AllKinds = "abcdefghijk";

    /// <summary>
    /// Folder of signing keys, declarations and what was published last. Empty takes "emergency" beside the database.
    /// </summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// Path of the root key, which signs key sets alone: a P-256 private key as PEM (PKCS#8). Empty takes "root.key" in
    /// the folder.
    /// </summary>
    public string RootKeyFile { get; set; } = "";

    /// <summary>Where codes count: six digits of GB/T 2260. Default 330100, Hangzhou.</summary>
    public string Region { get; set; } = "330100";

    /// <summary>Letters of Annex A for which a holder-bound code may count. Default all.</summary>
    public string SceneKinds { get; set; } = AllKinds;

    /// <summary>
    /// Letters of Annex A for which a static code may count. Default "ae": transport and medical care.
    /// </summary>
    public string StaticSceneKinds { get; set; } = "ae";

    /// <summary>Life of a holder-bound code in seconds, 600 to 604,800. Default a day.</summary>
    public int LifeSeconds { get; set; } = 86_400;

    /// <summary>
    /// Seconds after which the app fetches the next one, at least 60 and below the life. Default half a day: whoever
    /// opened the app within a day has a code for at least the next half.
    /// </summary>
    public int RefreshAfterSeconds { get; set; } = 43_200;

    /// <summary>Life of a static code in seconds, 300 to 86,400. Default four hours.</summary>
    public int StaticLifeSeconds { get; set; } = 14_400;

    /// <summary>Codes of both forms that one citizen gets within 24 hours, 1 to 1,000. Default 10.</summary>
    public int PerCitizenPerDay { get; set; } = 10;

    /// <summary>Static codes among them, 0 to 1,000. Default 3.</summary>
    public int StaticPerCitizenPerDay { get; set; } = 3;

    /// <summary>Codes within a minute above which issuing raises an alarm, 1 to 10,000,000. Default 10,000.</summary>
    public int AlarmPerMinute { get; set; } = 10_000;

    /// <summary>
    /// Seconds between a new key's publication and its first signature, 0 to 2,592,000. Default a day: by then gates
    /// that are online once a day know it.
    /// </summary>
    public int KeyLeadSeconds { get; set; } = 86_400;

    /// <summary>Days that a key signs before the next one takes over, 1 to 3,650. Default 90.</summary>
    public int KeyLifeDays { get; set; } = 90;

    /// <summary>Places of a status list: 1,024 to 16,777,216, a multiple of 8. Default 1,048,576.</summary>
    public int ListPlaces { get; set; } = 1 << 20;

    /// <summary>
    /// Seconds after a code's end before its place is given again, 3,600 to 31,536,000. Default a week: gates that were
    /// away so long do not take an old revocation for a new code's.
    /// </summary>
    public int ReuseAfterSeconds { get; set; } = 604_800;

    /// <summary>Latest revisions of each list from which deltas are made, 1 to 1,000. Default 32.</summary>
    public int DeltaRevisions { get; set; } = 32;

    /// <summary>
    /// Seconds after which a list is signed anew though nothing changed, 60 to 86,400, so that gates know how fresh
    /// theirs is. Default 3,600.
    /// </summary>
    public int ResignSeconds { get; set; } = 3_600;
}
