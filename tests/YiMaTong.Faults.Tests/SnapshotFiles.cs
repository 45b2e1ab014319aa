namespace YiMaTong.Faults.Tests;

/// <summary>Two generations on disk, to be corrupted in one of many ways.</summary>
internal sealed class SnapshotFiles
{
    private readonly string _folder;
    private readonly byte[][] _generations;
    private readonly byte[] _foreign;

    /// <summary>Puts both whole generations into the folder, in place of whatever is there.</summary>
    public SnapshotFiles(string folder, byte[] older, byte[] newer, byte[] foreign)
    {
        _folder = folder;
        _generations = [older, newer];
        _foreign = foreign;
        foreach (var left in System.IO.Directory.GetFiles(folder))
        {
            File.Delete(left);
        }

        File.WriteAllBytes(PathOf(1), older);
        File.WriteAllBytes(PathOf(2), newer);
    }

    /// <summary>Corrupts the files.</summary>
    /// <returns>The generation that must be found: 2 for the newer, 1 for the older, 0 for none.</returns>
    public int Corrupt(Random random, out string what)
    {
        var kind = random.Next(8);
        what = $"kind {kind}";
        switch (kind)
        {
            case 0:
                // Names say nothing: the newer one is found under whatever name.
                File.WriteAllBytes(PathOf(1), _generations[1]);
                File.WriteAllBytes(PathOf(2), _generations[0]);
                ShuffleTimes(random);
                return 2;
            case 1:
                ShuffleTimes(random);
                return 2;
            case 2:
                File.WriteAllBytes(PathOf(2), _foreign);
                return 1;
            case 3:
                File.WriteAllBytes(PathOf(2), Mixed(random));
                ShuffleTimes(random);
                return 1;
            case 4:
                // A node that was killed while it wrote leaves this; it is no generation.
                File.WriteAllBytes(
                    Path.Combine(_folder, "snapshot.tmp"), Damaged(_generations[1], random, out what));
                return 2;
            case 5:
                File.WriteAllBytes(PathOf(1), Damaged(_generations[0], random, out what));
                File.WriteAllBytes(PathOf(2), Damaged(_generations[1], random, out var second));
                what += " and " + second;
                return 0;
            default:
                File.WriteAllBytes(PathOf(2), Damaged(_generations[1], random, out what));
                ShuffleTimes(random);
                return 1;
        }
    }

    private string PathOf(int generation) => Path.Combine(_folder, $"snapshot-{generation}.ymt");

    /// <summary>The head of one generation and the rest of the other.</summary>
    private byte[] Mixed(Random random)
    {
        var cut = random.Next(140, Math.Min(_generations[0].Length, _generations[1].Length) - 1);
        var first = random.Next(2);
        return [.. _generations[first][..cut], .. _generations[1 - first][cut..]];
    }

    private static byte[] Damaged(byte[] whole, Random random, out string what)
    {
        var bytes = (byte[])whole.Clone();
        var at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                what = $"cut at {at}";
                return bytes[..at];
            case 1:
                what = $"a byte more at {at}";
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            case 2:
                var length = random.Next(1, Math.Min(4_096, bytes.Length - at + 1));
                what = $"{length} zeros at {at}";
                bytes.AsSpan(at, length).Clear();
                return bytes.AsSpan().SequenceEqual(whole) ? bytes[..at] : bytes;
            case 3:
                what = "appended";
                return [.. bytes, (byte)random.Next(256)];
            default:
                var flips = random.Next(1, 4);
                what = $"{flips} bits near {at}";
                for (var i = 0; i < flips; i++)
                {
                    bytes[(at + (i * 7)) % bytes.Length] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
        }
    }

    private void ShuffleTimes(Random random)
    {
        foreach (var file in System.IO.Directory.GetFiles(_folder))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(random.Next(30_000)));
        }
    }
}
