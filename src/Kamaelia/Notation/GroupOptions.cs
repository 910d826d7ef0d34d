using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Notation;

/// <summary>The options of <c>restart NAME … { }</c>, and the supervisor they make.</summary>
internal static class GroupOptions
{
    public const string Keyword = "restart";

    private static readonly SupervisionOptions s_defaults = new();

    public static ComponentInfo Info { get; } = new(Keyword, "Restarts the components in its braces when they fault.")
    {
        Options =
        [
            OptionInfo.Choice("strategy", "Whom a fault restarts: the one, all, or it and those after it.",
                "one", "all", "rest"),
            OptionInfo.Optional("max", OptionKind.Int, "Restarts allowed within the period.", "3", 0, 1_000_000),
            OptionInfo.Optional("within", OptionKind.Duration, "The period.", "5s"),
            OptionInfo.Optional("backoff", OptionKind.Text, "The first wait and the longest: 100ms..10s.",
                "100ms..10s"),
            OptionInfo.Optional("jitter", OptionKind.Text, "The part of a wait that chance may take away, 0 to 1.",
                "0.2"),
            OptionInfo.Optional("seed", OptionKind.Int, "For the jitter.", "0"),
            OptionInfo.Choice("queue", "What becomes of messages that wait for one that faulted.", "keep", "drop",
                "dead-letter"),
            OptionInfo.Optional("stop", OptionKind.Duration, "How long one that is stopped may take.", "5s"),
        ],
    };

    /// <summary>The group as a component of the text: its boxes are those of a supervisor.</summary>
    public static ComponentTwin Twin { get; } = new(Info, values => new Supervisor(Read(values)));

    /// <summary>What the table of options cannot say of a value; null when it is good.</summary>
    public static string? Problem(string option, OptionValues values) => option switch
    {
        "within" or "stop" when values.Duration(option) > TimeSpan.FromDays(365) => "That is more than a year.",
        "backoff" when !TryBackoff(values.Text(option), out _, out _) =>
            $"'{values.Text(option)}' is not two durations such as 100ms..10s, the first no longer than the second.",
        "jitter" when !TryJitter(values.Text(option), out _) =>
            $"'{values.Text(option)}' is not a number from 0 to 1.",
        _ => null,
    };

    public static SupervisionOptions Read(OptionValues values)
    {
        TryBackoff(values.Text("backoff"), out TimeSpan first, out TimeSpan most);
        TryJitter(values.Text("jitter"), out double jitter);
        return new SupervisionOptions
        {
            Strategy = values.Text("strategy") switch
            {
                "all" => SupervisionStrategy.OneForAll,
                "rest" => SupervisionStrategy.RestForOne,
                _ => SupervisionStrategy.OneForOne,
            },
            RestartsMax = values.Int("max"),
            Within = values.Duration("within"),
            BackoffFirst = first,
            BackoffMax = most,
            Jitter = jitter,
            Seed = values.Long("seed"),
            Queue = values.Text("queue") switch
            {
                "drop" => RestartQueue.Drop,
                "dead-letter" => RestartQueue.DeadLetter,
                _ => RestartQueue.Keep,
            },
            StopTimeout = values.Duration("stop"),
        };
    }

    private static bool TryBackoff(string text, out TimeSpan first, out TimeSpan most)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        ReadOnlySpan<char> end = dots < 0 ? text : text.AsSpan(dots + 2);
        bool read = OptionText.TryDuration(dots < 0 ? text : text.AsSpan(0, dots), out first);
        read &= OptionText.TryDuration(end, out most);
        if (dots < 0 && most < s_defaults.BackoffMax)
            most = s_defaults.BackoffMax;
        return read && first <= most && most <= TimeSpan.FromDays(365);
    }

    private static bool TryJitter(string text, out double jitter) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out jitter)
        && jitter is >= 0 and <= 1;
}
