using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Ts;

/// <summary>Passes a transport stream through unchanged and says what is wrong with it.</summary>
/// <remarks>
/// Checks sync, continuity counters a PID (ISO/IEC 13818-1 2.4.3.3), transport errors and the spacing of clock
/// readings. The bytes may be cut anywhere. Sends a report at the end, and every <see cref="Interval"/> if that is set.
/// </remarks>
public sealed partial class TsChecker : Component, INotated<TsChecker>
{
    private readonly TsAnalysis _analysis = new();
    private TsReport? _result;

    /// <summary>A report so often while bytes come; zero: only at the end.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>The books of the stream: those of the last report, and all of it once the component has
    /// ended.</summary>
    /// <remarks>Any thread may read it. Null before the first report.</remarks>
    public TsReport? Result => Volatile.Read(ref _result);

    [Port("A transport stream, cut anywhere.", Format = "mpegts")] public partial Inbox<Chunk> Inbox { get; }

    [Port("The same bytes in the same chunks.", Format = "mpegts")] public partial Outbox<Chunk> Outbox { get; }

    [Port("What was found: at the end, and at every interval.", Optional = true)]
    public partial Outbox<TsReport> Report { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("packets", _analysis.Packets),
        new("continuity_errors", _analysis.ContinuityErrors),
        new("sync_losses", _analysis.SyncLosses),
        new("junk_bytes", _analysis.JunkBytes),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("ts.check", "Checks a transport stream and passes it through.")
    {
        Options =
        [
            OptionInfo.Optional("interval", OptionKind.Duration, "A report so often; 0: only at the end.", "0s"),
        ],
    };

    /// <inheritdoc/>
    public static TsChecker Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new() { Interval = options.Duration("interval") };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        long reportDue = Interval > TimeSpan.Zero ? Now() + Interval.Ticks : long.MaxValue;
        while (await Inbox.WaitAsync(stop))
        {
            long now = Now();
            while (Inbox.TryReceive(out var chunk))
            {
                // The time at which the kernel got it is better than the time at which it is read here.
                _analysis.Add(chunk.Span, chunk.HasPts ? chunk.PtsNs / 100 : now);
                if (!Outbox.TrySend(chunk))
                    await Outbox.SendAsync(chunk, stop);
            }
            if (now < reportDue)
                continue;
            reportDue = now + Interval.Ticks;
            await PublishAsync(stop);
        }
        _analysis.Finish(Now());
        await PublishAsync(stop);
    }

    /// <summary>One that was cancelled has books too.</summary>
    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        if (_result is not { IsFinal: true })
            Volatile.Write(ref _result, _analysis.Report());
        return base.OnEndedAsync(reason);
    }

    private SendAwaitable<TsReport> PublishAsync(CancellationToken stop)
    {
        var report = _analysis.Report();
        Volatile.Write(ref _result, report);
        return Report.SendAsync(report, stop);
    }

    private long Now() => Time.GetElapsedTime(0, Time.GetTimestamp()).Ticks;
}
