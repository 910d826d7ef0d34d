using System.Diagnostics;

namespace Kamaelia.Axon;

/// <summary>Looks for stalls of a graph with threads, now and then, and only while somebody subscribes.</summary>
/// <remarks>
/// Schedulers are looked at one after the other, so a picture may be of no single moment. A stall counts only when two
/// pictures in a row show it and none of its members had an activation in between: then it was there at the moment
/// between the two. A graph in which nothing has run since the last picture is not woken.
/// </remarks>
internal sealed class StallWatch(Graph graph)
{
    private const int RestFactor = 100; // The looking may cost one part in so many.

    private readonly HashSet<string> _reported = [];
    private Dictionary<string, long> _suspects = [];
    private WaitPicture _picture = new();
    private long _activationsSeen = -1;
    private int _sameSeen;
    private long _notBefore;
    private long _cost;
    private int _left;

    /// <summary>From the sampling timer.</summary>
    public void Tick()
    {
        if (Volatile.Read(ref _left) != 0 || Stopwatch.GetTimestamp() < Volatile.Read(ref _notBefore)
            || graph.StandsStillOnPurpose)
            return;
        long activations = graph.Schedulers.Sum(scheduler => scheduler.Activations);
        _sameSeen = activations == _activationsSeen ? _sameSeen + 1 : 0;
        _activationsSeen = activations;
        if (_sameSeen > 2)
            return; // Nothing has run since it was looked at twice.
        Volatile.Write(ref _left, graph.Schedulers.Count);
        _picture = new WaitPicture();
        _cost = 0;
        foreach (Scheduler scheduler in graph.Schedulers)
            scheduler.Post(() => Gather(scheduler));
    }

    private void Gather(Scheduler scheduler)
    {
        long began = Stopwatch.GetTimestamp();
        WaitPicture part = graph.PictureOf(scheduler);
        lock (_reported)
        {
            _picture.Add(part);
            _cost += Stopwatch.GetTimestamp() - began;
        }
        if (Interlocked.Decrement(ref _left) > 0)
            return;
        lock (_reported)
            Judge();
    }

    private void Judge()
    {
        long began = Stopwatch.GetTimestamp();
        _picture.Settle();
        Dictionary<string, long> seen = [];
        foreach (Stall stall in Stall.FindAll(_picture))
        {
            string key = stall.Key;
            long activations = stall.Members.Sum(member => member.Activations);
            seen[key] = activations;
            if (_suspects.TryGetValue(key, out long before) && before == activations && _reported.Add(key))
                graph.Report(new GraphStalled(stall.ToText(_picture)));
        }
        _reported.RemoveWhere(key => !seen.ContainsKey(key)); // It came loose: should it come again, it is news.
        _suspects = seen;
        _picture = new WaitPicture();
        long now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _notBefore, now + ((_cost + now - began) * RestFactor));
    }
}
