using YiMaTong.Hosting.Settings;

namespace YiMaTong.AllInOne;

/// <summary>The one folder in which everything is kept.</summary>
/// <param name="path">Its path.</param>
internal sealed class DataFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Root { get; } = Path.GetFullPath(path);

    public string Database => Path.Combine(Root, "issuing.db");

    public string SealKey => Path.Combine(Root, "seal.key");

    public string OAuthKeys => Path.Combine(Root, "oauth.key");

    public string FeedToken => Path.Combine(Root, "feed.token");

    public string OperatorToken => Path.Combine(Root, "operator.token");

    public string Emergency => Path.Combine(Root, "emergency");

    public string Directory => Path.Combine(Root, "decode");

    public string SmsOutbox => Path.Combine(Root, "sms-outbox.jsonl");

    public string DemoJson => Path.Combine(Root, "demo.json");

    public string DemoKeys => Path.Combine(Root, "demo-keys.json");

    /// <summary>Makes the folder where it is missing and sees that it can be written.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public void Prepare()
    {
        try
        {
            System.IO.Directory.CreateDirectory(Root);
            var probe = Path.Combine(Root, ".probe");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"--data: {Root} cannot be written.", failure);
        }
    }

    /// <summary>Writes a file that only its owner may read, whole or not at all.</summary>
    public static async Task WriteSecretAsync(string path, byte[] content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        await using (var stream = new FileStream(temporary, options))
        {
            await stream.WriteAsync(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
