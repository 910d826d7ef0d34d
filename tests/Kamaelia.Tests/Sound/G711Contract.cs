using System.Diagnostics;
using System.Runtime.InteropServices;
using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Sound;

/// <summary>g711.encode and g711.decode.</summary>
public abstract class G711Contract(TwinMaker twins)
{
    private static readonly short[] s_all = [.. Enumerable.Range(short.MinValue, 65536).Select(i => (short)i)];

    // Tables 1a and 2a of the recommendation: each segment's first decision value and the width of its steps, in
    // units of a 13-bit (A-law) and a 14-bit (mu-law) sample.
    private static readonly (int First, int Step)[] s_alaw =
        [(0, 2), (32, 2), (64, 4), (128, 8), (256, 16), (512, 32), (1024, 64), (2048, 128)];

    private static readonly (int First, int Step)[] s_ulaw =
        [(0, 2), (31, 4), (95, 8), (223, 16), (479, 32), (991, 64), (2015, 128), (4063, 256)];

    [TestCase("alaw")]
    [TestCase("ulaw")]
    public void Decode_EveryCode_IsTheValueOfTheTables(string law)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];

        var output = Graphs.Through([codes], twins.Make("g711.decode", ("law", law)));

        Assert.That(Samples(output), Is.EqualTo(codes.Select(code => Value(law, code))));
    }

    [TestCase("alaw")]
    [TestCase("ulaw")]
    public void Encode_EverySample_IsTheCodeOfItsStepInTheTables(string law)
    {
        Assert.That(Encode(law, s_all), Is.EqualTo(s_all.Select(sample => Code(law, sample))));
    }

    [TestCase("alaw")]
    [TestCase("ulaw")]
    public void Encode_OfADecodedCode_IsTheCode(string law)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        var output = Graphs.Through([codes], twins.Make("g711.decode", ("law", law)),
            twins.Make("g711.encode", ("law", law)));

        // Of mu-law's two zeros the positive one comes back.
        Assert.That(output.Single().Bytes, Is.EqualTo(codes.Select(code =>
            law == "ulaw" && code == 0x7F ? (byte)0xFF : code)));
    }

    [Test]
    public void Stream_CutAnywhere_GivesTheSameCodesWithTheMessagesStamps()
    {
        byte[] input = Cuts.RandomBytes(3, 4000);
        byte[] whole = Encode("ulaw", MemoryMarshal.Cast<byte, short>(input).ToArray());
        var pieces = Cuts.Random(input, 1, 9).Select((piece, i) => piece with { Tag = (uint)i, PtsNs = i }).ToList();

        var output = Graphs.Through(pieces, twins.Make("g711.encode", ("law", "ulaw")));

        Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(whole));
        Assert.That(output.Select(message => message.PtsNs), Is.EqualTo(output.Select(message => (long?)message.Tag)));
    }

    [TestCase("alaw", "alaw")]
    [TestCase("ulaw", "mulaw")]
    public void Peer_Ffmpeg_DecodesTheSameAndEncodesAStepFromItAtMost(string law, string format)
    {
        byte[] input = MemoryMarshal.AsBytes(s_all.AsSpan()).ToArray();
        byte[] theirs = Ffmpeg(input, "s16le", format);
        byte[] ours = Encode(law, s_all);
        short[] values = [.. Enumerable.Range(0, 256).Select(code => Value(law, (byte)code)).Distinct().Order()];

        Assert.That(Samples([new Message(Ffmpeg(ours, format, "s16le"))]), Is.EqualTo(
            Samples(Graphs.Through([ours], twins.Make("g711.decode", ("law", law))))));
        // ffmpeg decides in the middle between two values, cut downwards, the recommendation at the tables' values:
        // they differ where two segments meet, and beside decision values of negative samples.
        int[] differing = [.. Enumerable.Range(0, s_all.Length).Where(i => ours[i] != theirs[i])];
        Assert.That(differing.Length, Is.LessThan(s_all.Length / 50));
        Assert.That(differing.Select(i => Math.Abs(Array.IndexOf(values, Value(law, ours[i]))
            - Array.IndexOf(values, Value(law, theirs[i])))), Is.All.LessThanOrEqualTo(1));
    }

    [Test]
    public void Law_Unknown_IsRefusedByName()
    {
        foreach (string name in new[] { "g711.encode", "g711.decode" })
        {
            var e = Assert.Catch<ArgumentException>(() => twins.Make(name, ("law", "blaw")));
            Assert.That(e!.Message, Does.Contain(name).And.Contain("law").And.Contain("ulaw"));
        }
    }

    private byte[] Encode(string law, short[] samples) => [.. Graphs.Through(
        [MemoryMarshal.AsBytes(samples.AsSpan()).ToArray()], twins.Make("g711.encode", ("law", law)))
        .SelectMany(message => message.Bytes)];

    private static short[] Samples(IEnumerable<Message> messages) =>
        MemoryMarshal.Cast<byte, short>(messages.SelectMany(message => message.Bytes).ToArray()).ToArray();

    /// <summary>The code of the last decision value that the sample reaches.</summary>
    private static byte Code(string law, short sample)
    {
        bool isA = law == "alaw";
        int magnitude = (sample < 0 ? ~sample : sample) / (isA ? 8 : 4);
        int reached = Enumerable.Range(0, 128).Last(code =>
        {
            var (first, step) = (isA ? s_alaw : s_ulaw)[code >> 4];
            int half = !isA && code is > 0 and < 16 ? 1 : 0; // The first step of mu-law is half as wide.
            return first + (code & 15) * step - half <= magnitude;
        });
        return (byte)(isA ? (reached | (sample < 0 ? 0 : 0x80)) ^ 0x55 : ~(reached | (sample < 0 ? 0x80 : 0)));
    }

    /// <summary>The middle of the code's step, by the tables.</summary>
    private static short Value(string law, byte code)
    {
        bool isA = law == "alaw";
        int bits = isA ? code ^ 0x55 : ~code & 0xFF;
        var (first, step) = (isA ? s_alaw : s_ulaw)[bits >> 4 & 7];
        int level = bits & 15;
        // The first step of mu-law is half as wide, round zero; the last values are those in the middle between.
        int doubled = isA ? 2 * (first + level * step) + step : bits >> 4 is 0 or 8
            ? 2 * level * 2
            : 2 * (first + level * step) + step;
        int value = doubled * (isA ? 8 : 4) / 2;
        bool isNegative = isA ? (bits & 0x80) == 0 : (bits & 0x80) != 0;
        return (short)(isNegative ? -value : value);
    }

    private static byte[] Ffmpeg(byte[] input, string from, string to)
    {
        string folder = Directory.CreateTempSubdirectory("kamaelia-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "in"), input);
            var start = new ProcessStartInfo("ffmpeg") { WorkingDirectory = folder, RedirectStandardError = true };
            foreach (string word in (string[])["-v", "error", "-nostdin", "-f", from, "-ar", "8000", "-ac", "1", "-i",
                "in", "-f", to, "out"])
                start.ArgumentList.Add(word);
            using var process = Process.Start(start)!;
            string said = process.StandardError.ReadToEnd();
            Assert.That(process.WaitForExit(Graphs.Bound) && process.ExitCode == 0, said);
            return File.ReadAllBytes(Path.Combine(folder, "out"));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("skipped, because ffmpeg is not installed");
            return [];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

[TestFixture]
internal sealed class ManagedG711Tests() : G711Contract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeG711Tests() : G711Contract(TwinMaker.Native);
