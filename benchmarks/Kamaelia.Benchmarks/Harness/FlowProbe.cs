namespace Kamaelia.Benchmarks.Harness;

/// <summary>Sits at the end of a flow: counts what arrives and measures from one message to a later one, so that what
/// it costs to build and to fill the topology is not in the figure.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class FlowProbe
{
    private readonly TaskCompletionSource<Sample> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _skip;
    private readonly double _operationsPerMessage;
    private readonly Meter _whole = Meter.Start();
    private Meter _meter;
    private long _seen;
    private long _startedAt = -1;

    /// <param name="messages">To be measured; the source must send <see cref="Total"/>.</param>
    /// <param name="operationsPerMessage">A message that passes ten linkages is ten hops.</param>
    /// <param name="skip">Messages before the measurement begins: until every ring is full.</param>
    public FlowProbe(long messages, double operationsPerMessage = 1, long skip = 0)
    {
        _skip = skip;
        _operationsPerMessage = operationsPerMessage;
        Total = skip + messages;
        if (skip == 0)
            Begin();
    }

    public long Total { get; }

    public Task<Sample> Done => _done.Task;

    public bool IsOver => _done.Task.IsCompleted;

    public void Add(long count)
    {
        _seen += count;
        if (_startedAt < 0 ? _seen >= _skip : _seen >= Total)
            Mark();
    }

    private void Mark()
    {
        if (_startedAt < 0 && _seen >= Total)
            _done.TrySetResult(_whole.Stop(_seen * _operationsPerMessage)); // One batch was all: too short to cut.
        else if (_startedAt < 0)
            Begin();
        else if (!IsOver)
            _done.TrySetResult(_meter.Stop((_seen - _startedAt) * _operationsPerMessage));
    }

    private void Begin()
    {
        _startedAt = _seen;
        _meter = Meter.Start();
    }
}
