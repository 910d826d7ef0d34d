using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Kamaelia.Fuzz.Engine;

/// <summary>Which branches a run took, how often, and whether any run before did so too: AFL's map, filled by the code
/// that <see cref="Instrumented"/> wrote into the libraries. Without it everything looks alike and nothing is
/// new.</summary>
internal sealed unsafe class Coverage
{
    private const int MapBytes = 1 << 16;
    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(MapBytes); // Until the process ends.
    private readonly byte[] _seen = new byte[MapBytes];

    public Coverage() => Trace.SharedMem = _map;

    /// <summary>Pairs of places that some run went through one after the other.</summary>
    public int Places { get; private set; }

    public void Reset()
    {
        new Span<byte>(_map, MapBytes).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Takes note of the run since <see cref="Reset"/>; true if it went where none had been.</summary>
    public bool Note()
    {
        bool isNew = false;
        var words = new ReadOnlySpan<ulong>(_map, MapBytes / sizeof(ulong));
        for (int at = words.IndexOfAnyExcept(0UL); at >= 0 && at < words.Length;)
        {
            for (int i = at * sizeof(ulong); i < (at + 1) * sizeof(ulong); i++)
            {
                byte bucket = Bucket(_map[i]);
                if ((bucket & ~_seen[i]) == 0)
                    continue;
                Places += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= bucket;
                isNew = true;
            }
            int next = words[(at + 1)..].IndexOfAnyExcept(0UL);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return isNew;
    }

    // How often, roughly: a loop that runs once more is no news, one that runs eight times as often is.
    private static byte Bucket(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
