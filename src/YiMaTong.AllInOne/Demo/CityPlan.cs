using YiMaTong.Contracts.Common.V1;
using YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.AllInOne.Demo;

/// <summary>The demonstration city on paper: apps, tags with their rules, the eleven scenes of Annex A.</summary>
internal static class CityPlan
{
    public const int Citizens = 1000;

    /// <summary>Hangzhou by GB/T 2260: where emergency codes count.</summary>
    public const string Region = "330100";

    public const string PlatformApp = "demo-app";
    public const string ChannelApp = "demo-channel";
    public const string RedirectUri = "http://127.0.0.1/callback";
    public const string BusScene = "bus-k7";
    public const string ParkScene = "park";
    public const string MuseumScene = "museum";

    public static IEnumerable<Channel> Channels()
    {
        yield return new Channel
        {
            AppId = PlatformApp,
            Name = "一码通",
            Kind = ChannelKind.Platform,
            Scopes = { "qrcode", "tags", "offline_access" },
            QrcodeTypes = { "gj", "ty" },
            PositionRequired = false,
            RedirectUris = { RedirectUri },
        };
        yield return new Channel
        {
            AppId = ChannelApp,
            Name = "示范渠道",
            Kind = ChannelKind.Channel,
            Scopes = { "qrcode", "tags", "user_name", "id_card", "offline_access" },
            QrcodeTypes = { "gj", "ty" },
            PositionRequired = true,
            RedirectUris = { RedirectUri },
        };
    }

    public static IEnumerable<TagDefinition> Tags()
    {
        yield return Tag(1, "veteran", "退役军人", "subject.Veteran");
        yield return Tag(2, "disabled", "残疾人", "subject.Disabled");
        yield return Tag(3, "student", "学生", "subject.Student");
        yield return Tag(4, "talent-e", "E类人才", "subject.TalentLevel == \"E\"");
        yield return Tag(5, "talent-high", "高层次人才", "subject.TalentLevel <= \"D\"");
        yield return Tag(6, "senior", "老年人", "subject.Senior");
        yield return Tag(7, "mark-red", "红色标记", "subject.PractitionerMark == \"red\"");
        yield return Tag(8, "mark-yellow", "黄色标记", "subject.PractitionerMark == \"yellow\"");
        yield return Tag(9, "mark-blue", "蓝色标记", "subject.PractitionerMark == \"blue\"");
    }

    public static IEnumerable<Scene> Scenes()
    {
        yield return Scene(BusScene, "a", "K7 路公交", singleUse: true, route: "K7");
        yield return Scene("service-hall", "b", "行政服务中心取号", singleUse: true);
        yield return Scene(ParkScene, "c", "公园入园", singleUse: false);
        yield return Scene(MuseumScene, "d", "博物院入馆", singleUse: false);
        yield return Scene("clinic", "e", "社区卫生服务中心签到", singleUse: false);
        yield return Scene("petition", "f", "信访快速通道", singleUse: false);
        yield return Scene("school", "g", "入学信息", singleUse: false);
        yield return Scene("talent", "h", "人才政策兑现", singleUse: false, rule: "subject.TalentLevel <= \"F\"");
        yield return Scene("practitioner", "i", "从业限制查询", singleUse: false, rule: "subject.PractitionerMark != \"\"");
        yield return Scene("school-aid", "j", "助残助学申请", singleUse: false, rule: "subject.Disabled && subject.Student");
        yield return Scene("benefits", "k", "幸福计算器", singleUse: false);
    }

    private static TagDefinition Tag(int number, string key, string text, string rule) => new()
    {
        Key = key,
        Rule = rule,
        Tag = new Tag { No = number, Text = text, Icon = $"/icons/tags/{key}.png", BackgroundColor = 1, FontColor = 1 },
    };

    private static Scene Scene(
        string id, string kind, string name, bool singleUse, string route = "", string rule = "") => new()
        {
            SceneId = id,
            Kind = kind,
            Name = name,
            Route = route,
            SingleUse = singleUse,
            AdmissionRule = rule,
            QrcodeTypes = { "gj", "ty" },
            Fields = { "tags", "conceal_name", "conceal_card" },
        };
}
