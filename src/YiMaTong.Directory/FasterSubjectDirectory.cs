namespace YiMaTong.Directory;

/// <summary>
/// The directory on FASTER with a file device for what exceeds the memory budget. Safe from any thread. Invariants:
/// <list type="bullet">
/// <item>The current store is one reference, replaced by one volatile write. A reader takes it once per lookup, and
/// takes it again only when that store let it in no more: the new one is there by then.</item>
/// <item>All that changes anything runs under <c>_writing</c>: one writer at a time.</item>
/// <item>A store is dropped after it was replaced and its last reader left. Its file goes with it.</item>
/// <item>After <see cref="Dispose"/> there is no store; lookups answer Unknown.</item>
/// </list>
/// </summary>
public sealed class FasterSubjectDirectory : ISubjectDirectory
{
    private readonly Lock _writing = new();
    private readonly DirectoryOptions _options;
    private readonly OverflowFolder _folder;
    private SubjectStore? _store;

    /// <summary>Opens an empty directory.</summary>
    /// <exception cref="ArgumentException">A setting is wrong; the message holds every one that is.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another directory uses it.</exception>
    public FasterSubjectDirectory(DirectoryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = string.Join("; ", options.Validate());
        if (problems.Length > 0)
        {
            throw new ArgumentException(problems, nameof(options));
        }

        _options = new DirectoryOptions
        {
            Folder = options.Folder,
            MemoryMiB = options.MemoryMiB,
            ExpectedSubjects = options.ExpectedSubjects,
        };
        _folder = new OverflowFolder(options.Folder);
        try
        {
            _store = new SubjectStore(_options, _folder.NextFile());
        }
        finally
        {
            if (_store is null)
            {
                _folder.Dispose();
            }
        }
    }

    /// <inheritdoc />
    public LookupStatus TryRead(ulong handle, out SubjectRecord record)
    {
        while (Volatile.Read(ref _store) is { } store)
        {
            if (store.TryRead(handle, out record, out var status))
            {
                return status;
            }
        }

        record = default;
        return LookupStatus.Unknown;
    }

    /// <inheritdoc />
    public void Apply(ulong handle, in SubjectRecord record)
    {
        lock (_writing)
        {
            Current().Apply(handle, in record);
        }
    }

    /// <inheritdoc />
    public void MarkComplete()
    {
        lock (_writing)
        {
            Current().MarkComplete();
        }
    }

    /// <inheritdoc />
    public void Clear()
    {
        lock (_writing)
        {
            var old = Current();
            Volatile.Write(ref _store, new SubjectStore(_options, _folder.NextFile()));
            old.Dispose();
        }
    }

    /// <inheritdoc />
    public ISubjectCursor Scan()
    {
        lock (_writing)
        {
            var store = Current();
            return new Cursor(this, store, store.OpenCursor());
        }
    }

    /// <summary>Bytes from the log's beginning to its tail, in memory and in the file.</summary>
    public long LogBytes => Volatile.Read(ref _store)?.LogBytes ?? 0;

    /// <summary>Bytes of memory that records, index and the file's sums take, as far as allocated.</summary>
    public long MemoryBytes => Volatile.Read(ref _store)?.MemoryBytes ?? 0;

    /// <inheritdoc />
    public long UnwrittenBytes => Volatile.Read(ref _store)?.UnwrittenBytes ?? 0;

    /// <inheritdoc />
    public void RetryUnwritten() => Volatile.Read(ref _store)?.RetryUnwritten();

    /// <inheritdoc />
    public long Count => Volatile.Read(ref _store)?.Count ?? 0;

    /// <inheritdoc />
    public bool IsComplete => Volatile.Read(ref _store)?.IsComplete ?? false;

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_writing)
        {
            var store = _store;
            Volatile.Write(ref _store, null);
            store?.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>A cursor that takes the writing lock for each call, and ends where its store was replaced.</summary>
    private sealed class Cursor(FasterSubjectDirectory directory, SubjectStore store, SubjectCursor inner)
        : ISubjectCursor
    {
        private bool _closed;

        public int Read(Span<SubjectEntry> entries)
        {
            lock (directory._writing)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                return ReferenceEquals(directory._store, store)
                    ? store.Read(inner, entries)
                    : throw new IOException("The directory was cleared or disposed while it was read");
            }
        }

        public void Dispose()
        {
            lock (directory._writing)
            {
                if (!_closed)
                {
                    _closed = true;
                    store.Close(inner);
                }
            }
        }
    }

    private SubjectStore Current()
    {
        ObjectDisposedException.ThrowIf(_store is null, this);
        return _store;
    }
}
