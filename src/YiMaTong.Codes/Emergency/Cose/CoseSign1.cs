namespace YiMaTong.Codes.Emergency.Cose;

/// <summary>
/// A COSE_Sign1 (RFC 9052 section 4.2) as read, with views into the bytes. Only ES256 passes; the unprotected header is
/// empty; the protected one holds <c>alg</c> and, as the case may be, <c>kid</c>, <c>content type</c>, <c>kcwt</c>.
/// </summary>
internal readonly ref struct CoseSign1
{
    internal const int SignatureLength = 64;
    internal const ulong TagNumber = 18;

    private const ulong Es256 = 6; // The argument of -7.
    private const int HeadersMax = 8;

    private CoseSign1(
        ReadOnlySpan<byte> protectedBytes, Headers headers, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature)
    {
        Protected = protectedBytes;
        Payload = payload;
        Signature = signature;
        KeyId = headers.KeyId;
        ContentType = headers.ContentType;
        Token = headers.Token;
        HeaderCount = headers.Count;
    }

    /// <summary>The protected header, encoded.</summary>
    internal ReadOnlySpan<byte> Protected { get; }

    /// <summary>What is signed.</summary>
    internal ReadOnlySpan<byte> Payload { get; }

    /// <summary>64 bytes: r and s.</summary>
    internal ReadOnlySpan<byte> Signature { get; }

    /// <summary>Number of protected headers.</summary>
    internal int HeaderCount { get; }

    /// <summary>Header 4; empty where there is none.</summary>
    internal ReadOnlySpan<byte> KeyId { get; }

    /// <summary>Header 3 in UTF-8; empty where there is none.</summary>
    internal ReadOnlySpan<byte> ContentType { get; }

    /// <summary>Header 13 (kcwt, RFC 9528): the token that binds the signer's key; empty where there is none.</summary>
    internal ReadOnlySpan<byte> Token { get; }

    /// <summary>Reads a frame.</summary>
    /// <param name="bytes">The whole message; a byte more is a fault.</param>
    /// <param name="tagged">Whether tag 18 opens it.</param>
    /// <param name="message">
    /// The views. Where the algorithm is refused, the headers alone; default at any other refusal.
    /// </param>
    internal static CoseReadStatus Read(ReadOnlySpan<byte> bytes, bool tagged, out CoseSign1 message)
    {
        message = default;
        var cursor = new CborCursor(bytes);
        if ((tagged && !cursor.TryReadTag(TagNumber)) || !cursor.TryReadArray(4)
            || !cursor.TryReadBytes(out var protectedBytes))
        {
            return CoseReadStatus.Malformed;
        }

        // What the headers say wrong is told before what is wrong behind them: it names the attack.
        var inner = new CborCursor(protectedBytes);
        var headers = new Headers();
        var status = headers.Read(ref inner);
        var unprotected = new Headers();
        var outside = status == CoseReadStatus.Malformed ? status : unprotected.Read(ref cursor);
        if (status == CoseReadStatus.Read && outside is CoseReadStatus.KeyInToken or CoseReadStatus.Malformed)
        {
            status = outside;
        }

        if (status != CoseReadStatus.Read)
        {
            return status;
        }

        if (!headers.HasEs256 || unprotected.HasAlgorithm)
        {
            message = new CoseSign1(protectedBytes, headers, default, default);
            return CoseReadStatus.AlgorithmRefused;
        }

        if (unprotected.Count != 0 || !inner.AtEnd
            || !cursor.TryReadBytes(out var payload) || !cursor.TryReadBytes(out var signature)
            || signature.Length != SignatureLength || !cursor.AtEnd)
        {
            return CoseReadStatus.Malformed;
        }

        message = new CoseSign1(protectedBytes, headers, payload, signature);
        return CoseReadStatus.Read;
    }

    // One header map: labels in ascending order of their encoding, so that none comes twice.
    private ref struct Headers
    {
        internal ReadOnlySpan<byte> KeyId;
        internal ReadOnlySpan<byte> ContentType;
        internal ReadOnlySpan<byte> Token;
        internal bool HasAlgorithm;
        internal bool HasEs256;
        internal int Count;

        internal CoseReadStatus Read(ref CborCursor cursor)
        {
            if (!cursor.TryReadHead(out var major, out var count) || major != CborCursor.Map || count > HeadersMax)
            {
                return CoseReadStatus.Malformed;
            }

            (int Major, ulong Argument) last = (-1, 0);
            for (Count = 0; Count < (int)count; Count++)
            {
                if (!cursor.TryReadHead(out major, out var label) || major > CborCursor.Negative
                    || (major, label).CompareTo(last) <= 0)
                {
                    return CoseReadStatus.Malformed;
                }

                last = (major, label);
                var status = ReadValue(ref cursor, major, label);
                if (status != CoseReadStatus.Read)
                {
                    return status;
                }
            }

            return CoseReadStatus.Read;
        }

        private CoseReadStatus ReadValue(ref CborCursor cursor, int major, ulong label)
        {
            var read = (major, label) switch
            {
                (CborCursor.Unsigned, 1) => ReadAlgorithm(ref cursor),
                (CborCursor.Unsigned, 3) => cursor.TryReadText(out ContentType),
                (CborCursor.Unsigned, 4) => cursor.TryReadBytes(out KeyId),
                (CborCursor.Unsigned, 13) => cursor.TrySkip(out Token),
                _ => false,
            };
            if (read)
            {
                return CoseReadStatus.Read;
            }

            // kccs; x5bag, x5chain, x5t, x5u (RFC 9360); COSE_Key as ECDH-ES names it: -1, -2.
            return (major, label) is (CborCursor.Unsigned, 14 or 32 or 33 or 34 or 35) or (CborCursor.Negative, 0 or 1)
                ? CoseReadStatus.KeyInToken
                : CoseReadStatus.Malformed;
        }

        private bool ReadAlgorithm(ref CborCursor cursor)
        {
            HasAlgorithm = true;
            if (!cursor.TrySkip(out var item))
            {
                return false;
            }

            HasEs256 = item.Length == 1 && item[0] == ((CborCursor.Negative << 5) | (int)Es256);
            return true;
        }
    }
}
