namespace Kamaelia.Sweep;

/// <summary>A fault that the plan asked for.</summary>
public sealed class PlannedFaultException(int station, int message)
    : Exception($"planned: station {station} at message {message}");

/// <summary>One place of a graph where messages are taken and sent on, and what was seen there. Components that take
/// turns in one place (of a Seq, of a Carousel, after a restart) share it.</summary>
public sealed class Station(int number)
{
    /// <summary>Which.</summary>
    public int Number { get; } = number;

    /// <summary>Faults when it takes so many messages, and again after as many more, so often.</summary>
    public int FaultEvery { get; init; }

    /// <summary>How many times it faults.</summary>
    public int FaultsMax { get; init; }

    /// <summary>Takes messages whose number is a multiple of it and drops them; 0: none.</summary>
    public int DropsMultiplesOf { get; init; }

    /// <summary>What it took, in order.</summary>
    public List<Stamp> Taken { get; } = [];

    /// <summary>How many it put its stamp on.</summary>
    public int Stamped { get; private set; }

    /// <summary>How many of those the runtime took over.</summary>
    public int Sent { get; private set; }

    /// <summary>How often it faulted.</summary>
    public int Faults { get; private set; }

    /// <summary>Whether it faults when it takes the next message.</summary>
    public bool FaultsAtNext => FaultEvery > 0 && Faults < FaultsMax && (Taken.Count + 1) % FaultEvery == 0;

    /// <summary>The fault at this message, which counts as taken; whoever throws it sees to the message.</summary>
    public Exception Fault<T, TPayload>(T message) where TPayload : IPayload<T>
    {
        Faults++;
        Taken.Add(TPayload.Read(message));
        return new PlannedFaultException(Number, Taken.Count);
    }

    /// <summary>Takes a message; false: it is to be dropped.</summary>
    /// <exception cref="PlannedFaultException">Now is the time; the message is released.</exception>
    public bool Take<T, TPayload>(T message) where TPayload : IPayload<T>
    {
        Stamp stamp = TPayload.Read(message);
        if (FaultsAtNext)
        {
            Exception fault = Fault<T, TPayload>(message);
            TPayload.Release(message);
            throw fault;
        }
        Taken.Add(stamp);
        if (DropsMultiplesOf == 0 || stamp.Number % DropsMultiplesOf != 0)
            return true;
        TPayload.Release(message);
        return false;
    }

    /// <summary>The message with this station's stamp.</summary>
    public T Stamp<T, TPayload>(T message) where TPayload : IPayload<T>
    {
        Stamp before = TPayload.Read(message);
        return TPayload.Restamp(message, new Stamp(before.Origin, before.Number, Number, Stamped++));
    }

    /// <summary>A new message, of a source.</summary>
    public T Make<T, TPayload>(int number) where TPayload : IPayload<T> =>
        TPayload.Make(new Stamp(Number, number, Number, Stamped++));

    /// <summary>The last stamped one went nowhere: its stamp is free again.</summary>
    public void TakeBack() => Stamped--;

    /// <summary>The last stamped one was sent.</summary>
    public void NoteSent() => Sent++;
}
