namespace YiMaTong.Issuing.Sms;

/// <summary>Settings of SMS about incidents, section "Incidents:Sms".</summary>
internal sealed class SmsOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Incidents:Sms";

    /// <summary>Value of <see cref="Mode"/>: no SMS.</summary>
    public const string None = "none";

    /// <summary>Value of <see cref="Mode"/>: a gateway over HTTP.</summary>
    public const string Http = "http";

    /// <summary>Value of <see cref="Mode"/>: a file, for demonstrations.</summary>
    public const string File = "file";

    /// <summary>Place of the incident's text in a template.</summary>
    public const string Placeholder = "{text}";

    /// <summary>"none", "http" or "file". Default "none".</summary>
    public string Mode { get; set; } = None;

    /// <summary>Address that gets a POST for each message in mode "http"; https but for a loopback address.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Path of the file with the key that signs requests in mode "http": 32 bytes in Base64.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Path of the file that mode "file" appends to; its owner's alone.</summary>
    public string OutboxFile { get; set; } = "";

    /// <summary>How long the gateway may take, in milliseconds, 100 to 60,000. Default 3,000.</summary>
    public int TimeoutMs { get; set; } = 3000;

    /// <summary>Most messages a second, 1 to 10,000. Default 50.</summary>
    public int PerSecond { get; set; } = 50;

    /// <summary>Most messages under way at once, 1 to 256. Default 8.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>Attempts after which a message is given up, 1 to 100. Default 8.</summary>
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Seconds before the second attempt, 0.1 to 60; doubled each time. Default 2.</summary>
    public double BackoffSeconds { get; set; } = 2;

    /// <summary>Longest pause between attempts in seconds, 1 to 3,600. Default 300.</summary>
    public double BackoffMaxSeconds { get; set; } = 300;

    /// <summary>Whether incidents that the platform finds send SMS by themselves. Default false.</summary>
    public bool Automatic { get; set; }

    /// <summary>"zh", "en" or "both". Default "zh".</summary>
    public string Language { get; set; } = "zh";

    /// <summary>The Chinese message around the incident's text, at most 100 characters.</summary>
    public string TemplateZh { get; set; } = "【一码通】{text}";

    /// <summary>The English message around the incident's text, at most 100 characters.</summary>
    public string TemplateEn { get; set; } = "[YiMaTong] {text}";

    /// <summary>Days that it is remembered who got an SMS about a closed incident, 1 to 365. Default 30.</summary>
    public int KeepDays { get; set; } = 30;
}
