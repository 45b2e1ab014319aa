using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Serves gates from memory: no call touches disk or database. Thread-safe.</summary>
internal sealed class TrustGrpcService(TrustBoard board, TimeProvider time, IHostApplicationLifetime lifetime)
    : TrustService.TrustServiceBase
{
    private const int ListsMax = 256;
    private const int DeclarationsMax = 1024;
    private const int DeclarationIdLength = 16;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public override Task<GetTrustResponse> GetTrust(GetTrustRequest request, ServerCallContext context) =>
        Task.FromResult(new GetTrustResponse { Update = Since(Read(request.Held)) });

    /// <inheritdoc />
    public override async Task WatchTrust(
        WatchTrustRequest request, IServerStreamWriter<WatchTrustResponse> responseStream, ServerCallContext context)
    {
        var held = Read(request.Held);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await Follow(held, responseStream, ended.Token);
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The service is stopping."));
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller has gone."));
        }
    }

    private async Task Follow(
        HeldRevisions held, IServerStreamWriter<WatchTrustResponse> stream, CancellationToken cancellationToken)
    {
        var (first, sentAt) = (true, time.GetTimestamp());
        while (true)
        {
            var listener = board.Listen();
            var update = Since(held);
            var quiet = Quiet - time.GetElapsedTime(sentAt);
            if (first || quiet <= TimeSpan.Zero || !IsEmpty(update))
            {
                await stream.WriteAsync(new WatchTrustResponse { Update = update }, cancellationToken);
                (first, sentAt, quiet) = (false, time.GetTimestamp(), Quiet);
            }

            await listener.Wait(quiet, time, cancellationToken);
        }
    }

    // What is answered counts as held from now on: one watcher gets each revision once.
    private TrustUpdate Since(HeldRevisions held)
    {
        var picture = board.Picture;
        if (picture.KeySetDocument.Length == 0)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "Nothing was published yet."));
        }

        var update = new TrustUpdate
        {
            ServerTimeMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (held.KeySet < picture.KeySet.Revision)
        {
            update.KeySet = UnsafeByteOperations.UnsafeWrap(picture.KeySetDocument);
            held.KeySet = picture.KeySet.Revision;
        }

        foreach (var (number, list) in picture.Lists)
        {
            if (list.Since(held.Lists.GetValueOrDefault(number)) is { } document)
            {
                update.StatusLists.Add(UnsafeByteOperations.UnsafeWrap(document));
                held.Lists[number] = list.Current.Revision;
            }
        }

        foreach (var (declaration, document) in picture.Declarations)
        {
            if (held.Declarations.GetValueOrDefault(declaration.Id) < declaration.Revision)
            {
                update.Declarations.Add(UnsafeByteOperations.UnsafeWrap(document));
                held.Declarations[declaration.Id] = declaration.Revision;
            }
        }

        if (held.Catalogue < picture.Catalogue.Revision)
        {
            update.Catalogue = UnsafeByteOperations.UnsafeWrap(picture.CatalogueDocument);
            held.Catalogue = picture.Catalogue.Revision;
        }

        return update;
    }

    private static bool IsEmpty(TrustUpdate update) =>
        update.KeySet.IsEmpty && update.StatusLists.Count == 0 && update.Declarations.Count == 0
        && update.Catalogue.IsEmpty;

    private static HeldRevisions Read(HeldTrust? held)
    {
        var known = new HeldRevisions();
        if (held is null)
        {
            return known;
        }

        Require(held.StatusLists.Count <= ListsMax, "held.status_lists");
        Require(held.Declarations.Count <= DeclarationsMax, "held.declarations");
        (known.KeySet, known.Catalogue) = (held.KeySetRevision, held.CatalogueRevision);
        foreach (var list in held.StatusLists)
        {
            Require(list.List < ListsMax, "held.status_lists.list");
            known.Lists[(byte)list.List] = (uint)Math.Min(list.Revision, uint.MaxValue);
        }

        foreach (var declaration in held.Declarations)
        {
            Require(declaration.Id.Length == DeclarationIdLength, "held.declarations.id");
            known.Declarations[new Guid(declaration.Id.Span, bigEndian: true)] =
                (uint)Math.Min(declaration.Revision, uint.MaxValue);
        }

        return known;
    }

    private static void Require(bool holds, string field)
    {
        if (!holds)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, field));
        }
    }

    /// <summary>What one caller holds. For one caller.</summary>
    private sealed class HeldRevisions
    {
        public ulong KeySet { get; set; }

        public Dictionary<byte, uint> Lists { get; } = [];

        public Dictionary<Guid, uint> Declarations { get; } = [];

        public ulong Catalogue { get; set; }
    }
}
