namespace YiMaTong.Decode.Marshalling;

/// <summary>Where a scan's fields lie in its message.</summary>
internal struct ScanSlice
{
    /// <summary>The code's text, UTF-8.</summary>
    public Slice Code;

    /// <summary>The gate's number of the scan, UTF-8.</summary>
    public Slice ScanId;

    /// <summary>Whether a code was sent that is not UTF-8.</summary>
    public bool CodeIsNoText;

    /// <summary>Whether a number was sent that is not UTF-8.</summary>
    public bool ScanIdIsNoText;

    /// <summary>Fields asked for, bits of FieldBits.</summary>
    public byte Fields;

    /// <summary>Whether a field was asked for that there is not.</summary>
    public bool AsksUnknownField;
}

/// <summary>A run of bytes in a message.</summary>
/// <param name="At">Where it starts.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct Slice(int At, int Length);
