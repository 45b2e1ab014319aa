using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;
using Row = YiMaTong.Issuing.Storage.Scene;

namespace YiMaTong.Issuing.Platform;

/// <summary>The operators' register of scenes. Thread-safe.</summary>
internal sealed class SceneGrpcService(
    PlatformCall call, ChangeWriter writer, IDbContextFactory<IssuingDbContext> contexts)
    : SceneService.SceneServiceBase
{
    public override Task<PutSceneResponse> PutScene(PutSceneRequest request, ServerCallContext context) =>
        call.RunAsync<PutSceneResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Scene is not { } form)
            {
                return Outcome.BadParameter("scene");
            }

            if (SceneForm.Read(form, Blank()) is { IsOk: false } refusal)
            {
                return refusal;
            }

            var (outcome, revision) = await writer.TryWriteAsync(
                unit => Put(unit.Db, form, cancellationToken), cancellationToken);
            reply.Response = outcome.IsOk ? new Accepted { Revision = revision } : null;
            return outcome;
        });

    public override Task<ListScenesResponse> ListScenes(ListScenesRequest request, ServerCallContext context) =>
        call.RunAsync<ListScenesResponse>(context, async (reply, cancellationToken) =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.Scenes.AsNoTracking().OrderBy(row => row.SceneId).ToListAsync(cancellationToken);
            reply.Response.AddRange(rows.Select(SceneForm.Write));
            return Outcome.Ok;
        });

    private static async Task<Outcome> Put(
        IssuingDbContext db, Contracts.Platform.V1.Scene form, CancellationToken cancellationToken)
    {
        TagNumbers.TryToBits(form.TagNumbers, out var tags);
        if (!await TagNumbers.AllExist(db, tags, cancellationToken))
        {
            return Outcome.BadParameter("tagNumbers");
        }

        if (!string.IsNullOrWhiteSpace(form.AdmissionRule))
        {
            var numbers = await db.Tags.AsNoTracking().ToDictionaryAsync(
                tag => tag.Key, tag => tag.Number, cancellationToken);
            if (!RuleCompiler.TryCompile(form.AdmissionRule, numbers, out _, out var error))
            {
                return Outcome.BadParameter($"admissionRule: {error}");
            }
        }

        var row = await db.Scenes.FindAsync([form.SceneId], cancellationToken);
        if (row is null)
        {
            row = Blank();
            SceneForm.Read(form, row);
            db.Scenes.Add(row);
            return Outcome.Ok;
        }

        return SceneForm.Read(form, row);
    }

    private static Row Blank() => new() { SceneId = "", Name = "", QrcodeTypes = "" };
}
