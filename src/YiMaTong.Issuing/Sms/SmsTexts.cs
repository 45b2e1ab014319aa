using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Incidents;

namespace YiMaTong.Issuing.Sms;

/// <summary>Words of an SMS from the settings' templates. Thread-safe.</summary>
internal sealed class SmsTexts(IOptions<SmsOptions> options)
{
    public string For(Incident incident)
    {
        var settings = options.Value;
        var chinese = Fill(settings.TemplateZh, incident.TextZh);
        var english = Fill(settings.TemplateEn, incident.TextEn);
        return settings.Language switch
        {
            "en" => english,
            "both" => $"{chinese}\n{english}",
            _ => chinese,
        };
    }

    private static string Fill(string template, string text) =>
        template.Replace(SmsOptions.Placeholder, text, StringComparison.Ordinal);
}
