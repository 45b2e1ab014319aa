namespace YiMaTong.Directory;

/// <summary>The three answers of a lookup.</summary>
public enum LookupStatus : byte
{
    /// <summary>The subject is known.</summary>
    Found,

    /// <summary>There is no such subject: the view is complete.</summary>
    NotFound,

    /// <summary>The view is not complete: nothing can be said (PY2018).</summary>
    Unknown,
}
