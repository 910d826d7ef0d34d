using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>Passes messages on, and faults at one of them: for trying out supervision.</summary>
/// <typeparam name="T">The messages.</typeparam>
/// <param name="after">How many it passes on before it faults at the next one.</param>
/// <remarks>Each instance counts anew, so in <c>restart NAME { … }</c> every (after + 1)th message is lost. Real
/// components fault where nobody foresaw it; this one does so where a text says.</remarks>
public sealed partial class FaultMaker<T>(long after) : Component, INotated<FaultMaker<T>>
{
    private long _passed;

    [Port("What to pass on.")] public partial Inbox<T> Inbox { get; }

    [Port("The same messages, in the order they came.")] public partial Outbox<T> Outbox { get; }

    static ComponentInfo INotated<FaultMaker<T>>.Info { get; } = new("fault",
        "Passes messages on and faults after so many: for trying out supervision.")
    {
        Options =
        [
            OptionInfo.Required("after", OptionKind.Int, "Messages it passes on before it faults.", "10")
                with { Min = 0 },
        ],
    };

    static FaultMaker<T> INotated<FaultMaker<T>>.Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.Long("after"));
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
            {
                if (_passed == after)
                {
                    if (message is IDisposable held)
                        held.Dispose(); // A chunk, or a letter with one.
                    throw new InvalidOperationException($"asked to fault after {after} messages");
                }
                _passed++;
                await Outbox.SendAsync(message, stop);
            }
        }
    }
}
