using System.Text;
using YiMaTong.Issuing.RealName;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// The identity data of clause 6 a, checked and in the form in which it is kept. Never logged: it has no text form.
/// </summary>
internal sealed class CitizenIdentity
{
    // The starred name must fit the feed's 192 bytes, and a star takes one byte where any character takes at least one.
    private const int NameMaxBytes = 192;

    private CitizenIdentity(string idType, string idNumber, string name, string phone) =>
        (IdType, IdNumber, Name, Phone) = (idType, idNumber, name, phone);

    /// <summary>Certificate type, "01" for the resident identity card.</summary>
    public string IdType { get; }

    /// <summary>Certificate number without white space around it, in upper case.</summary>
    public string IdNumber { get; }

    /// <summary>Full name; empty where the caller did not give one.</summary>
    public string Name { get; }

    /// <summary>Mobile number; empty where the caller did not give one.</summary>
    public string Phone { get; }

    /// <summary>Checks identity data.</summary>
    /// <param name="idType">1 to 8 ASCII letters and digits; empty means "01".</param>
    /// <param name="idNumber">1 to 32 characters; for "01" with a right birth date and check character.</param>
    /// <param name="name">1 to 64 characters, or empty where <paramref name="nameRequired"/> is false.</param>
    /// <param name="phone">5 to 15 digits, or empty.</param>
    /// <param name="nameRequired">Whether the name may not be empty.</param>
    /// <param name="now">The time, for birth dates.</param>
    /// <param name="identity">The identity, or null.</param>
    /// <param name="field">JSON name of the field at fault, or null.</param>
    public static bool TryCreate(
        string idType, string idNumber, string name, string phone, bool nameRequired, DateTimeOffset now,
        out CitizenIdentity? identity, out string? field)
    {
        idType = idType.Length == 0 ? ResidentId.IdType : idType;
        var check = new FieldCheck();
        check.Require("idType", idType.Length <= 8 && idType.All(char.IsAsciiLetterOrDigit));
        check.Require("idNumber", TryNormalizeNumber(idType, idNumber, now, out var number));
        check.Require("name", name.Length == 0 ? !nameRequired : IsName(name));
        check.Require("phone", Fields.IsPhoneOrEmpty(phone));
        field = check.Fault;
        identity = field is null ? new(idType, number, name, phone) : null;
        return identity is not null;
    }

    private static bool TryNormalizeNumber(string idType, string text, DateTimeOffset now, out string number)
    {
        if (idType == ResidentId.IdType)
        {
            var today = DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(8)).DateTime);
            return ResidentId.TryNormalize(text, today, out number);
        }

        number = text.Trim().ToUpperInvariant();
        return Fields.IsName(number, 32);
    }

    private static bool IsName(string name) =>
        Fields.IsName(name, 64) && Encoding.UTF8.GetByteCount(name) <= NameMaxBytes;
}
