using System.Globalization;

namespace Kamaelia.Simulation;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>A host is gone at once; with a duration it is switched on again after it.</summary>
    KillHost,

    /// <summary>Nothing runs on a host for a time.</summary>
    PauseHost,

    /// <summary>A component ends with a fault, as if its own code had thrown; under a supervisor it is restarted.
    /// </summary>
    KillComponent,

    /// <summary>A component gets no turn for a time.</summary>
    PauseComponent,

    /// <summary>The chunk pools of a host get no memory for a time.</summary>
    RefuseMemory,

    /// <summary>A host's disk is full for a time, but for so many bytes.</summary>
    FillDisk,

    /// <summary>A host's files take so many bytes a write for a time.</summary>
    ShortWrites,

    /// <summary>A host's reads and writes take so many microseconds each for a time.</summary>
    SlowDisk,

    /// <summary>A host can open so many more files for a time (EMFILE).</summary>
    FewFiles,

    /// <summary>A host can open so many more sockets for a time (EMFILE).</summary>
    FewSockets,

    /// <summary>A host's links are down for a time.</summary>
    LinkDown,

    /// <summary>A host is cut off from all others for a time.</summary>
    Isolate,
}

/// <summary>One thing that goes wrong.</summary>
/// <param name="At">When, on the true clock, from the moment the plan is applied.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">The name of a host, or for a component "host:/graph/name".</param>
/// <param name="For">How long; zero: for ever.</param>
/// <param name="Amount">Bytes, microseconds or descriptors, as the kind says.</param>
public sealed record Fault(TimeSpan At, FaultKind Kind, string Target, TimeSpan For = default, long Amount = 0)
{
    /// <summary>One word after the other: when, what, whom, and what is not zero.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Ms(At)} {Kind} {Target}{(For == default ? "" : $" for={Ms(For)}")}{(Amount == 0 ? "" : $" n={Amount}")}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is not such a text.</exception>
    public static Fault Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 3 || !Enum.TryParse(words[1], out FaultKind kind))
            throw new FormatException($"'{text}' is not 'TIMEms KIND TARGET [for=TIMEms] [n=AMOUNT]'");
        var fault = new Fault(TimeOf(words[0]), kind, words[2]);
        foreach (string word in words[3..])
        {
            fault = word switch
            {
                _ when word.StartsWith("for=", StringComparison.Ordinal) => fault with { For = TimeOf(word[4..]) },
                _ when word.StartsWith("n=", StringComparison.Ordinal) =>
                    fault with { Amount = long.Parse(word[2..], CultureInfo.InvariantCulture) },
                _ => throw new FormatException($"'{word}' in '{text}' is neither for= nor n="),
            };
        }
        return fault;
    }

    private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("0.####", CultureInfo.InvariantCulture)
        + "ms";

    private static TimeSpan TimeOf(string text) => text.EndsWith("ms", StringComparison.Ordinal)
        && double.TryParse(text[..^2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double ms)
        ? TimeSpan.FromTicks((long)Math.Round(ms * TimeSpan.TicksPerMillisecond))
        : throw new FormatException($"'{text}' is no time such as 1.5ms");
}

/// <summary>What a component that was killed ends with.</summary>
/// <param name="fault">The fault of the plan.</param>
public sealed class InjectedFaultException(Fault fault) : Exception($"killed by the plan: {fault}")
{
    /// <summary>The fault of the plan.</summary>
    public Fault Fault { get; } = fault;
}
