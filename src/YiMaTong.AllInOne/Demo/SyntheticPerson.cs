using System.Globalization;
using YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.AllInOne.Demo;

/// <summary>A made-up citizen. Region 990000 is assigned to no place, so no number can be a real person's.</summary>
/// <param name="Name">Full name.</param>
/// <param name="IdNumber">Resident identity number with its right check digit.</param>
/// <param name="Phone">Mobile number in a range that is assigned to nobody.</param>
/// <param name="Attributes">What the data sources say.</param>
internal sealed record SyntheticPerson(string Name, string IdNumber, string Phone, CitizenAttributes Attributes)
{
    private static readonly string[] Surnames = ["张", "王", "李", "赵", "陈", "杨", "黄", "周", "吴", "欧阳"];

    private static readonly string[] Given =
        ["三", "伟", "芳", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "艳", "勇", "杰", "涛", "明", "超", "霞", "平"];

    private static readonly string[] Levels = ["", "", "", "", "", "", "F", "E", "D", "C"];

    private static readonly string[] Marks = ["", "", "", "", "", "", "", "", "red", "yellow", "blue"];

    /// <summary>The person with this number; the same one every time. Number 0 is whom the walk follows.</summary>
    public static SyntheticPerson Number(int index)
    {
        var birth = new DateOnly(1940, 1, 1).AddDays(index * 29 % 25_000);
        var sequence = (index % 1000).ToString("D3", CultureInfo.InvariantCulture);
        var stem = $"990000{birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}{sequence}";
        return new SyntheticPerson(
            Surnames[index % Surnames.Length] + Given[index * 7 % Given.Length],
            stem + CheckDigit(stem),
            "199" + index.ToString("D8", CultureInfo.InvariantCulture),
            index == 0 ? new CitizenAttributes { TalentLevel = "E", Veteran = true } : AttributesOf(index, birth));
    }

    private static CitizenAttributes AttributesOf(int index, DateOnly birth) => new()
    {
        TalentLevel = Levels[index % Levels.Length],
        Veteran = index % 13 == 0,
        Disabled = index % 17 == 0,
        Student = birth.Year >= 2000,
        Senior = birth.Year <= 1966,
        PractitionerMark = Marks[index % Marks.Length],
    };

    // ISO 7064 MOD 11-2, as GB 11643 asks for.
    private static char CheckDigit(string stem)
    {
        var sum = 0;
        for (var i = 0; i < stem.Length; i++)
        {
            sum += (stem[i] - '0') * ((1 << (17 - i)) % 11);
        }

        return "10X98765432"[sum % 11];
    }
}
