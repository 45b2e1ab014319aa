namespace YiMaTong.AllInOne.Qr;

/// <summary>Reads the text of a QR code out of a picture.</summary>
internal interface IQrReader
{
    /// <summary>Name for the walk's output.</summary>
    string Name { get; }

    /// <summary>Reads a PNG.</summary>
    /// <returns>The text, or null where no code is found.</returns>
    Task<string?> ReadAsync(byte[] png, CancellationToken cancellation);
}
