namespace YiMaTong.Directory.Tests;

/// <summary>The reference model: slow, obvious, one lock.</summary>
internal sealed class DictionarySubjectDirectory : ISubjectDirectory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, SubjectRecord> _records = [];
    private bool _complete;

    public LookupStatus TryRead(ulong handle, out SubjectRecord record)
    {
        lock (_lock)
        {
            return _records.TryGetValue(handle, out record) ? LookupStatus.Found
                : _complete ? LookupStatus.NotFound
                : LookupStatus.Unknown;
        }
    }

    public void Apply(ulong handle, in SubjectRecord record)
    {
        lock (_lock)
        {
            if (!_records.TryGetValue(handle, out var held) || held.Revision <= record.Revision)
            {
                _records[handle] = record;
            }
        }
    }

    public void MarkComplete()
    {
        lock (_lock)
        {
            _complete = true;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _records.Clear();
            _complete = false;
        }
    }

    public ISubjectCursor Scan() => throw new NotSupportedException("the model is read by its handles");

    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _records.Count;
            }
        }
    }

    public bool IsComplete
    {
        get
        {
            lock (_lock)
            {
                return _complete;
            }
        }
    }

    public void Dispose()
    {
    }
}
