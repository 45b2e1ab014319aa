namespace YiMaTong.Issuing.Storage;

/// <summary>
/// Names that seals are bound to: a value moved to another column does not open. They reach the disk and are frozen.
/// </summary>
internal static class SealedColumns
{
    public const string CitizenName = "citizen.name";
    public const string CitizenIdNumber = "citizen.id_number";
    public const string CitizenPhone = "citizen.phone";

    /// <summary>Bytes: the merchant's response key.</summary>
    public const string MerchantResponseKey = "merchant.response_key";

    /// <summary>Bytes: the AES-256 key of online codes.</summary>
    public const string CodeKey = "code_key.key";
}
