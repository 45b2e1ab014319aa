using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>What citizens are told where the operator gives no words. Thread-safe.</summary>
internal static class IncidentTexts
{
    public static string Chinese(IncidentKind kind) => kind switch
    {
        IncidentKind.Issuing => "一码通出码服务出现故障,正在抢修。暂时无法出码时,请使用应急码。",
        IncidentKind.Decode => "一码通扫码服务出现故障,正在抢修。闸机无法识别时,请使用应急码,或听从现场人员引导。",
        _ => "一码通部分服务暂时无法正常使用,正在抢修。请使用应急码。",
    };

    public static string English(IncidentKind kind) => kind switch
    {
        IncidentKind.Issuing =>
            "Codes cannot be shown at the moment; we are working on it. Please use your emergency code.",
        IncidentKind.Decode =>
            "Codes cannot be read at gates at the moment; we are working on it. Please use your emergency code, or "
            + "follow the staff.",
        _ =>
            "Part of the service is not available at the moment; we are working on it. Please use your emergency "
            + "code.",
    };
}
