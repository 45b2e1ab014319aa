using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Storage;
using Row = YiMaTong.Issuing.Storage.TagDefinition;

namespace YiMaTong.Issuing.Platform;

/// <summary>The operators' catalogue of tags. Thread-safe.</summary>
internal sealed class TagGrpcService(
    PlatformCall call, ChangeWriter writer, TagRules rules, IDbContextFactory<IssuingDbContext> contexts,
    ILogger<TagGrpcService> log)
    : TagService.TagServiceBase
{
    public override Task<PutTagResponse> PutTag(PutTagRequest request, ServerCallContext context) =>
        call.RunAsync<PutTagResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.Definition is not { } form)
            {
                return Outcome.BadParameter("definition");
            }

            if (TagForm.Check(form) is { IsOk: false } refusal)
            {
                return refusal;
            }

            if (TagForm.RuleOf(form) is { Length: > 0 } rule && !rules.TryCompile(rule, out _, out var error))
            {
                return Outcome.BadParameter($"rule: {error}");
            }

            var (outcome, revision) = await writer.TryWriteAsync(
                unit => Put(unit, form, cancellationToken), cancellationToken);
            reply.Response = outcome.IsOk ? new Accepted { Revision = revision } : null;
            return outcome;
        });

    public override Task<ListTagsResponse> ListTags(ListTagsRequest request, ServerCallContext context) =>
        call.RunAsync<ListTagsResponse>(context, async (reply, cancellationToken) =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.Tags.AsNoTracking().OrderBy(row => row.Number).ToListAsync(cancellationToken);
            reply.Response.AddRange(rows.Select(TagForm.Write));
            return Outcome.Ok;
        });

    private async Task<Outcome> Put(
        ChangeUnit unit, Contracts.Platform.V1.TagDefinition form, CancellationToken cancellationToken)
    {
        // At most 64 rows: the whole catalogue is at hand for the check and for the rules.
        var catalogue = await unit.Db.Tags.ToListAsync(cancellationToken);
        var row = catalogue.Find(tag => tag.Key == form.Key);
        if (row is null ? catalogue.Exists(tag => tag.Number == form.Tag.No) : row.Number != form.Tag.No)
        {
            return Outcome.BadParameter("tag.no");
        }

        var before = row is null ? "" : RuleInForce(row);
        if (row is null)
        {
            row = new Row { Number = form.Tag.No, Key = form.Key, Text = "" };
            catalogue.Add(row);
            unit.Db.Tags.Add(row);
        }

        TagForm.Read(form, row);
        if (RuleInForce(row) != before)
        {
            var (citizens, changed) = await TagRecompute.RunAsync(unit, rules.Compile(catalogue), cancellationToken);
            log.TagsRecomputed(row.Number, changed, citizens);
        }

        return Outcome.Ok;
    }

    private static string RuleInForce(Row row) => row.Active ? row.Rule : "";
}
