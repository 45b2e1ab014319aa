using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Sessions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>Bytes allocated per scan, held to perf/budgets.json.</summary>
public sealed class AllocationTests
{
    private const int Scans = 20_000;

    private static readonly Dictionary<string, double> Budgets = ReadBudgets();

    private static Dictionary<string, double> ReadBudgets()
    {
        var text = File.ReadAllText(RepositoryRoot.Combine("perf", "budgets.json"));
        return JsonSerializer.Deserialize<Dictionary<string, double>>(text)!;
    }

    private static void Hold(string budget, int count, Action run)
    {
        // The first runs make handles, sessions and tables, and the compiler's next tier allocates a little when it
        // comes, which takes the longer the busier the machine is. What each scan allocates, every run allocates.
        var least = long.MaxValue;
        for (var i = 0; i < 50 && least > Budgets[budget] * count; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Within(budget, (double)least / count);
    }

    internal static void Within(string budget, double each) =>
        Assert.True(each <= Budgets[budget], $"{budget}: {each} bytes each, {Budgets[budget]} are allowed");

    private static void Scan(Node node, string[] codes, Standing standing, PyCode expected)
    {
        var engine = node.Get<DecodeEngine>();
        for (var i = 0; i < Scans; i++)
        {
            var outcome = default(DecodeOutcome);
            var scan = new ScanInput
            {
                Code = codes[i % codes.Length],
                Merchant = standing.Merchant!,
                MacId = World.MacId,
                Standing = standing,
                ScanId = "scan-1"u8,
                EveryField = true,
            };
            engine.Decode(scan, ref outcome);
            if (outcome.Code != expected)
            {
                throw new InvalidOperationException($"answered {outcome.Code}");
            }
        }
    }

    // As a session has it.
    private static Standing StandingOf(Node node) =>
        node.Get<NodeRegistry>().Find(World.MerchantId, World.MacId, World.Key);

    [Fact]
    public void Engine_PermittedScans_KeepTheirBudget()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.AdmissionRule = "subject.Has(\"veteran\") && scene.Route == \"K7\""));
        var (codes, standing) = (new[] { node.Mint() }, StandingOf(node));
        Hold("engine.decode.bytes", Scans, () => Scan(node, codes, standing, PyCodes.Success));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Engine_SingleUseScansAfterWarmUp_KeepTheirBudget(bool kept)
    {
        using var folder = new TempDirectory();
        using var node = Node.Ready(
            o => (o.SingleUseLifeSeconds, o.SingleUseCapacity) = (120, 10 * Scans),
            used: kept ? new() { Folder = folder.Path } : null);
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        var standing = StandingOf(node);
        var batches = Enumerable.Range(0, 6)
            .Select(b => Enumerable.Range(0, Scans).Select(_ => node.Mint(node.Now + (uint)(b * 121))).ToArray())
            .ToArray();
        for (var b = 0; b < 5; b++)
        {
            Scan(node, batches[b], standing, PyCodes.Success);
            node.Time.Advance(TimeSpan.FromSeconds(121));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Scan(node, batches[5], standing, PyCodes.Success);
        var each = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Scans;
        Assert.True(each <= Budgets["engine.singleUse.bytes"], $"{each} bytes each");
    }

    [Theory]
    [InlineData("hello", 2006)]
    [InlineData("", 2006)]
    public void Engine_RefusedScans_KeepTheirBudget(string code, int expected)
    {
        using var node = Node.Ready();
        var standing = StandingOf(node);
        var cause = PyCodes.All.Single(c => c.Number == expected);
        var codes = new[] { code };
        Hold("engine.refused.bytes", Scans, () => Scan(node, codes, standing, cause));
    }

    [Fact]
    public void Engine_ForgedCodes_KeepTheirBudget()
    {
        using var node = Node.Ready();
        var standing = StandingOf(node);
        var other = new CodeKey(World.KeyId, new byte[CodeKey.KeyLength]);
        var codes = new[] { Node.Mint(other, node.Now, CodeType.PublicTransport, World.Handle, 60) };
        Hold("engine.forged.bytes", Scans, () => Scan(node, codes, standing, PyCodes.NotOurCode));
    }

    [Fact]
    public void Handler_ScansFromBytesToBytes_KeepTheirBudget()
    {
        using var node = Node.Ready();
        var token = node.Get<SessionTable>().Open(World.MerchantId, World.MacId, World.Key);
        var session = ByteString.CopyFrom(token.ToBytes());
        var message = new DecodeRequest
        {
            Session = session,
            Qrcode = node.Mint(),
            ScanId = "s-1",
            Fields = { DecodeField.Tags },
        };
        var one = new ReadOnlySequence<byte>(message.ToByteArray());
        var (call, handler) = (new GateCall(bytes: 512, scans: 1), node.Get<ScanHandler>());
        Hold("handler.decode.bytes", Scans, () =>
        {
            for (var i = 0; i < Scans; i++)
            {
                call.Take(one, RequestReader.TryReadOne);
                handler.AnswerOne(call, PyCodes.Success);
                Permitted(call, call.Answer.Written[..8]);
            }
        });

        var batch = new DecodeBatchRequest { Session = session };
        batch.Scans.AddRange(Enumerable.Range(0, 64).Select(i => new Scan { Qrcode = node.Mint(), ScanId = $"s-{i}" }));
        var many = new ReadOnlySequence<byte>(batch.ToByteArray());
        Hold("handler.batch64.bytesPerCode", Scans / 64 * 64, () =>
        {
            for (var i = 0; i < Scans / 64; i++)
            {
                call.Take(many, RequestReader.TryReadMany);
                _ = handler.AnswerAll(call, call.Session, PyCodes.Success);
                Permitted(call, call.Answer.Written[..8]);
            }
        });
    }

    private static void Permitted(GateCall call, ReadOnlySpan<byte> code)
    {
        if (!code[2..].SequenceEqual("PY0000"u8))
        {
            throw new InvalidOperationException($"answered {Encoding.UTF8.GetString(code[2..])}");
        }

        _ = call.GiveBack();
    }
}
