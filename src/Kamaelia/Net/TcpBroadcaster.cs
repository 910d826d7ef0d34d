using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>What becomes of a listener that is too far behind.</summary>
public enum TcpSlowPolicy
{
    /// <summary>It goes on at the next key point; in a stream without any, at the oldest chunk kept.</summary>
    Key,

    /// <summary>It goes on at the oldest chunk kept.</summary>
    Oldest,

    /// <summary>It is cut off.</summary>
    Disconnect,
}

/// <summary>Sends one stream to everyone who connects; a slow listener holds up neither another nor the
/// source.</summary>
/// <remarks>
/// The managed twin of the native <c>tcp.serve</c>. Chunks are kept once for all listeners, each of which only has its
/// place in the stream; nothing is allocated a chunk. Writes go straight to the system, and only a listener whose
/// buffer is full is waited for. What listeners send is taken and forgotten. When the input ends, each gets the rest
/// and an orderly end, within <see cref="Linger"/>.
/// </remarks>
/// <param name="address">Where to listen; port 0 takes a free one.</param>
public sealed partial class TcpBroadcaster(HostPort address) : Component, INotated<TcpBroadcaster>
{
    private const int TurnListeners = 256; // Then others on this scheduler run first.

    private readonly StreamLog _log = new();
    private readonly List<TcpListenerEnd> _listeners = [];
    private readonly byte[] _forgotten = GC.AllocateUninitializedArray<byte>(512, pinned: true);
    private CancellationToken _watching;
    private SynchronizationContext? _context;

    /// <summary>Writes to listeners go on beside its body.</summary>
    protected override bool IsBoundToScheduler => true;

    private ITimer? _timer;
    private bool _isTimed;
    private long _flushedAtNs = long.MinValue / 2;
    private long _offered; // Up to where everyone has had a turn, or has it in the flush under way.
    private TaskCompletionSource? _flushed;
    private int _flushing = -1; // The listener whose turn it is; -1: nobody's.
    private bool _mustFlushAgain;
    private int _gone;
    private int _waits;
    private bool _isClosing;
    private TaskCompletionSource? _quiet;
    private TaskCompletionSource? _served;

    /// <summary>Where to listen.</summary>
    public HostPort Address { get; } = address;

    /// <summary>What becomes of a listener that is more than <see cref="QueueBytes"/> behind.</summary>
    public TcpSlowPolicy Slow { get; init; }

    /// <summary>Bytes that a listener may be behind, beside what the system's buffers hold.</summary>
    public int QueueBytes { get; init; } = 1 << 20;

    /// <summary>What comes within it goes out in one write to each listener; zero: at once.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>A new listener begins at the latest key point kept (or the next one), not with the next chunk.
    /// </summary>
    public bool JoinsAtKey { get; init; }

    /// <summary>Listeners at a time; one too many is closed at once. 0: no limit.</summary>
    public int ListenersMax { get; init; }

    /// <summary>How long listeners may take for the rest when the stream has ended.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Kernel send buffer of each listener to ask for; 0: the system's own.</summary>
    public int SendBufferBytes { get; init; }

    /// <summary>Several of these, each with this set, share the port.</summary>
    public bool SharesPort { get; init; }

    [Port("The stream. A chunk with the key flag is a place where a listener may begin.", Format = "bytes")]
    public partial Inbox<Chunk> Inbox { get; }

    /// <inheritdoc/>
    public static ComponentInfo Info => TcpTables.Broadcaster;

    /// <inheritdoc/>
    public static TcpBroadcaster Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var interval = options.Duration("interval");
        if (interval > TimeSpan.FromSeconds(1))
            throw options.Bad("interval", $"'{options.Text("interval")}' is more than 1s.");
        var linger = options.Duration("linger");
        if (linger > TimeSpan.FromHours(1))
            throw options.Bad("linger", $"'{options.Text("linger")}' is more than 1h.");
        return new(options.Address("address"))
        {
            Slow = options.Text("slow") switch
            {
                "key" => TcpSlowPolicy.Key,
                "oldest" => TcpSlowPolicy.Oldest,
                _ => TcpSlowPolicy.Disconnect,
            },
            QueueBytes = options.Int("queue"),
            Interval = interval,
            JoinsAtKey = options.Text("join") == "key",
            ListenersMax = options.Int("listeners_max"),
            Linger = linger,
            SendBufferBytes = options.Int("sndbuf"),
            SharesPort = options.Bool("reuse_port"),
        };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        var options = new StreamListenOptions
        {
            BacklogMax = 1024, SharePort = SharesPort, SendBufferBytes = SendBufferBytes,
        };
        var listener = await TcpSockets.ListenAsync(Network.Of(this), Address, options, stop);
        using var gate = new TcpGate(listener, this, Time);
        using var accepting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var watching = new CancellationTokenSource();
        _watching = watching.Token;
        _context = SynchronizationContext.Current;
        _timer = Time.CreateTimer(OnTimer, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Volatile.Write(ref _localPort, gate.Port);
        var accepted = AcceptAsync(gate, accepting.Token);
        try
        {
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryReceive(out var chunk))
                {
                    Count(ref _taken, chunk.Length);
                    _log.Add(chunk);
                    // Whoever keeps up must get everything, however much comes at once.
                    if (_log.End - _offered > QueueBytes / 2)
                        await FlushNowAsync();
                }
                FlushOrWait();
            }
            Cancel(accepting);
            await ServeRestAsync(stop);
        }
        finally
        {
            Cancel(accepting);
            await _timer.DisposeAsync();
            await CloseAsync(watching);
            await accepted;
        }
    }

    // Here and now: the asynchronous form would call back from a thread of the pool.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    private async Task AcceptAsync(TcpGate gate, CancellationToken stop)
    {
        try
        {
            while (true)
                Admit(await gate.AcceptAsync(stop));
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // It is over.
        }
        catch (System.Net.Sockets.SocketException e)
        {
            Kill(new IOException($"cannot accept listeners at port {gate.Port} any more: {e.Message}", e));
        }
    }

    private void Admit(StreamSocket socket)
    {
        if (_isClosing || (ListenersMax > 0 && Listeners >= ListenersMax))
        {
            Count(ref _refused, 1);
            socket.Reset();
            return;
        }
        var end = new TcpListenerEnd(this, socket, _log.End);
        if (JoinsAtKey)
        {
            long key = _log.LatestKey();
            end.Place = key >= 0 ? key : _log.End;
            end.WaitsForKey = key < 0;
        }
        _listeners.Add(end);
        Count(ref _accepted, 1);
        Volatile.Write(ref _now, _now + 1);
        end.Watch(_forgotten, _watching);
        Feed(end);
    }

    // ---- when to write ----

    private void FlushOrWait()
    {
        long interval = Interval.Ticks * 100;
        long due = _flushedAtNs + interval - NowNs;
        if (due <= 0)
        {
            Flush();
        }
        else if (!_isTimed)
        {
            _isTimed = true;
            _timer!.Change(TimeSpan.FromTicks((due / 100) + 1), Timeout.InfiniteTimeSpan);
        }
    }

    private static void OnTimer(object? state)
    {
        var self = (TcpBroadcaster)state!;
        self._context!.Post(static s => ((TcpBroadcaster)s!).OnDue(), self);
    }

    private void OnDue()
    {
        _isTimed = false;
        if (!_isClosing)
            Flush();
    }

    /// <summary>Flushes, and waits until everyone has had a turn.</summary>
    private ValueTask FlushNowAsync()
    {
        Flush();
        if (_flushing < 0)
            return default;
        _flushed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new ValueTask(_flushed.Task);
    }

    /// <summary>Writes what there is to each listener, so many at a turn.</summary>
    private void Flush()
    {
        if (_flushing >= 0)
        {
            _mustFlushAgain = true;
            return;
        }
        _flushedAtNs = NowNs;
        _offered = _log.End;
        RemoveGone();
        _flushing = 0;
        FlushSome();
    }

    private void FlushSome()
    {
        int to = Math.Min(_flushing + TurnListeners, _listeners.Count);
        for (; _flushing < to; _flushing++)
            Feed(_listeners[_flushing]);
        if (_flushing < _listeners.Count)
        {
            _context!.Post(static s => ((TcpBroadcaster)s!).FlushMore(), this);
            return;
        }
        _flushing = -1;
        Trim();
        _flushed?.TrySetResult();
        _flushed = null;
        if (_served is not null)
            LookWhetherServed();
        if (_mustFlushAgain)
        {
            _mustFlushAgain = false;
            FlushOrWait();
        }
    }

    private void FlushMore()
    {
        if (!_isClosing)
            FlushSome();
    }

    /// <summary>What every listener has, and what is too far back for any, is not kept.</summary>
    private void Trim()
    {
        long least = _log.End;
        foreach (var end in _listeners)
        {
            if (!end.IsGone)
                least = Math.Min(least, end.Place);
        }
        if (JoinsAtKey && _log.LatestKey() is var key and >= 0)
            least = Math.Min(least, key);
        // What came while this flush was under way has not been offered to all.
        _log.Drop(Math.Max(least, Math.Min(_offered, _log.End - QueueBytes)));
    }
}
