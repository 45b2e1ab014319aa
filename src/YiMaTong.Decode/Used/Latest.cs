namespace YiMaTong.Decode.Used;

/// <summary>A time that only goes up, whoever raises it.</summary>
internal static class Latest
{
    /// <summary>Raises a time to another one, where that is later.</summary>
    public static void Raise(ref uint latest, uint to)
    {
        var known = Volatile.Read(ref latest);
        while (to > known)
        {
            var found = Interlocked.CompareExchange(ref latest, to, known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }
}
