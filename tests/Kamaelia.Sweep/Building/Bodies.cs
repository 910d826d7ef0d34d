using Kamaelia.Axon;
using Kamaelia.Sweep.Planning;

namespace Kamaelia.Sweep.Building;

/// <summary>One and the same thing, take, stamp, send, written in every way that the library offers.</summary>
public sealed class Bodies<T, TPayload>(TimeProvider time) where TPayload : IPayload<T>
{
    private static readonly TimeSpan s_slow = TimeSpan.FromMicroseconds(20);

    /// <summary>A component of that style at that station.</summary>
    public Component Pass(PassPlan plan, Station station, bool isSink = false)
    {
        BodyStyle style = plan.Style;
        if (style == BodyStyle.Map && (isSink || plan.QuitsAfter + plan.DropsMultiplesOf + plan.FaultEvery > 0))
            style = BodyStyle.Batches; // A map can do none of these, and is called again for a message it threw at.
        if (style == BodyStyle.Step && plan.QuitsAfter > 0)
            style = BodyStyle.ForEach;
        var work = new Work(station, plan.QuitsAfter, isSink);
        Component made = style switch
        {
            BodyStyle.OneAtATime => Components.Body<T, T>(work.OneAtATime),
            BodyStyle.ForEach => Components.Body<T, T>(work.ForEach),
            BodyStyle.TaskBody => Components.TaskBody<T, T>(work.AsTask),
            BodyStyle.Generator => Components.Generator<T, T>(work.Generate),
            BodyStyle.Helper => Components.Body<T, T>(work.WithHelper),
            BodyStyle.Step => new StationStep<T, TPayload>(station, isSink),
            BodyStyle.Map => Components.Map<T, T>(work.Map),
            BodyStyle.Slow => Components.Body<T, T>((i, o, stop) => work.Slow(i, o, time, s_slow, stop)),
            BodyStyle.Yielding => Components.Body<T, T>(work.Yielding),
            _ => Components.Body<T, T>(work.Batches),
        };
        if (isSink)
            made.FindOutbox("outbox").IsOptional = true;
        return made;
    }

    /// <summary>A component that sends so many messages.</summary>
    public Component Source(PassPlan plan, Station station, int messages) => new StationSource<T, TPayload>(
        station, messages, plan.Style == BodyStyle.Slow ? s_slow : default, plan.Style == BodyStyle.Yielding);

    private sealed class Work(Station station, int quitsAfter, bool isSink)
    {
        private int _took;

        private bool MayGoOn => quitsAfter == 0 || _took < quitsAfter;

        // False: there is nothing to send.
        private bool Take(T message, out T stamped)
        {
            _took++;
            stamped = default!;
            if (!station.Take<T, TPayload>(message))
                return false;
            if (isSink)
            {
                TPayload.Release(message);
                return false;
            }
            stamped = station.Stamp<T, TPayload>(message);
            return true;
        }

        public T Map(T message)
        {
            Take(message, out T stamped);
            station.NoteSent();
            return stamped;
        }

        public async Run Batches(Inbox<T> inbox, Outbox<T> outbox, CancellationToken stop)
        {
            while (MayGoOn && await inbox.WaitAsync(stop))
            {
                while (MayGoOn && inbox.TryReceive(out T? message))
                {
                    if (!Take(message, out T stamped))
                        continue;
                    await outbox.SendAsync(stamped, stop);
                    station.NoteSent();
                }
            }
        }

        public async Run OneAtATime(Inbox<T> inbox, Outbox<T> outbox, CancellationToken stop)
        {
            try
            {
                while (MayGoOn)
                {
                    T message = await inbox.ReceiveAsync(stop);
                    if (!Take(message, out T stamped))
                        continue;
                    await outbox.SendAsync(stamped, stop);
                    station.NoteSent();
                }
            }
            catch (InboxEndedException)
            {
                // The stream is over.
            }
        }

        public async Run ForEach(Inbox<T> inbox, Outbox<T> outbox, CancellationToken stop)
        {
            if (!MayGoOn)
                return;
            await foreach (T message in inbox)
            {
                if (Take(message, out T stamped))
                {
                    await outbox.SendAsync(stamped, stop);
                    station.NoteSent();
                }
                if (!MayGoOn)
                    return;
            }
        }

        public async Task AsTask(Inbox<T> inbox, Outbox<T> outbox, CancellationToken stop)
        {
            while (MayGoOn && await inbox.WaitAsync(stop))
            {
                while (MayGoOn && inbox.TryReceive(out T? message))
                {
                    if (!Take(message, out T stamped))
                        continue;
                    await outbox.SendAsync(stamped, stop);
                    station.NoteSent();
                }
            }
        }

        public async Run WithHelper(Inbox<T> inbox, Outbox<T> outbox, CancellationToken stop)
        {
            while (MayGoOn && await inbox.WaitAsync(stop))
                await SendAllAsync(inbox, outbox, stop);
        }

        private async Task SendAllAsync(Inbox<T> inbox, Outbox<T> outbox, CancellationToken stop)
        {
            while (MayGoOn && inbox.TryReceive(out T? message))
            {
                if (!Take(message, out T stamped))
                    continue;
                await outbox.SendAsync(stamped, stop);
                station.NoteSent();
            }
        }

        public async Run Slow(
            Inbox<T> inbox, Outbox<T> outbox, TimeProvider time, TimeSpan pause, CancellationToken stop)
        {
            while (MayGoOn && await inbox.WaitAsync(stop))
            {
                await Task.Delay(pause, time, CancellationToken.None);
                if (!inbox.TryReceive(out T? message) || !Take(message, out T stamped))
                    continue;
                await outbox.SendAsync(stamped, stop);
                station.NoteSent();
            }
        }

        public async Run Yielding(Inbox<T> inbox, Outbox<T> outbox, CancellationToken stop)
        {
            while (MayGoOn && await inbox.WaitAsync(stop))
            {
                await Task.Yield();
                while (MayGoOn && inbox.TryReceive(out T? message))
                {
                    if (!Take(message, out T stamped))
                        continue;
                    await outbox.SendAsync(stamped, stop);
                    station.NoteSent();
                    await Task.Yield();
                }
            }
        }

        public IEnumerable<Wait> Generate(Inbox<T> inbox, Outbox<T> outbox)
        {
            while (MayGoOn && !inbox.IsEnded)
            {
                if (!inbox.TryReceive(out T? message))
                {
                    yield return Wait.ForMessage;
                    continue;
                }
                if (!Take(message, out T stamped))
                    continue;
                bool sent = false;
                try
                {
                    while (!(sent = outbox.TrySend(stamped)))
                    {
                        if (outbox.IsReceiverEnded)
                            yield break;
                        yield return Wait.ForRoom;
                    }
                    station.NoteSent();
                }
                finally
                {
                    if (!sent)
                        TPayload.Release(stamped); // Cancelled while it waited, or nobody is there.
                }
            }
        }
    }
}
