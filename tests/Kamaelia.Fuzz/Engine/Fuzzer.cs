using System.Diagnostics;

namespace Kamaelia.Fuzz.Engine;

/// <summary>What a run of one target came to.</summary>
internal sealed record FuzzResult(long Runs, int NewEntries, int Failures, int Places);

/// <summary>Fuzzes one target for a time: mutates what is known, keeps what goes somewhere new, writes down what
/// fails.</summary>
internal sealed class Fuzzer(FuzzTarget target, int seed, string artifacts, Action<string> say)
{
    private const int FailuresMax = 10; // Different ones; then the target wants mending, not more fuzzing.
    private static readonly TimeSpan s_hangLimit = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, string> _failures = [];
    private readonly List<byte[]> _corpus = [[]];

    public FuzzResult Run(TimeSpan time, IEnumerable<byte[]> corpus)
    {
        var coverage = new Coverage();
        var mutator = new Mutator(seed, target.Tokens, target.InputBytesMax);
        using var guard = new Guard(target, s_hangLimit, Hang);
        var clock = Stopwatch.StartNew();
        long runs = 0;
        foreach (byte[] known in target.Seeds.Concat(corpus))
        {
            Try(guard, coverage, known);
            _corpus.Add(known);
            runs++;
        }
        int fresh = 0;
        for (; clock.Elapsed < time && _failures.Count < FailuresMax; runs++)
        {
            byte[] input = mutator.Make(_corpus);
            if (!Try(guard, coverage, input))
                continue;
            _corpus.Add(input);
            Keep("corpus", input);
            fresh++;
        }
        return new FuzzResult(runs, fresh, _failures.Count, coverage.Places);
    }

    /// <summary>True if the run went somewhere new.</summary>
    private bool Try(Guard guard, Coverage coverage, byte[] input)
    {
        coverage.Reset();
        var failure = guard.Run(input);
        bool isNew = coverage.Note();
        if (failure is null || !_failures.TryAdd(failure.Signature, failure.Story))
            return isNew && failure is null;
        byte[] small = Shrink(guard, input, failure.Signature);
        Tell(small, guard.Run(small)?.Story ?? failure.Story);
        return false;
    }

    /// <summary>Takes pieces away as long as it fails in the same way.</summary>
    private static byte[] Shrink(Guard guard, byte[] input, string signature)
    {
        var clock = Stopwatch.StartNew();
        for (int piece = Math.Max(1, input.Length / 2); piece > 0; piece /= 2)
        {
            for (int at = 0; at + piece <= input.Length && clock.Elapsed < TimeSpan.FromSeconds(10);)
            {
                byte[] less = [.. input[..at], .. input[(at + piece)..]];
                if (guard.Run(less)?.Signature == signature)
                    input = less;
                else
                    at += piece;
            }
        }
        return input;
    }

    private void Tell(byte[] input, string story)
    {
        string file = Keep("failures", input);
        say($"{target.Name}: FAILED: {story}");
        say($"{target.Name}: again: ./build.sh fuzz --target managed/{target.Name} --replay {file}");
    }

    private void Hang(byte[] input, string story)
    {
        Tell(input, story);
        say($"{target.Name}: stopped by a hang, 1 failure");
        Environment.Exit(1);
    }

    private string Keep(string kind, byte[] input)
    {
        string folder = Path.Combine(artifacts, kind, target.Name);
        Directory.CreateDirectory(folder);
        string name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..16];
        string file = Path.Combine(folder, name);
        File.WriteAllBytes(file, input);
        return file;
    }
}
