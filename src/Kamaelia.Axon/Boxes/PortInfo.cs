namespace Kamaelia.Axon;

/// <summary>Which way messages pass through a port.</summary>
public enum PortDirection
{
    /// <summary>An inbox.</summary>
    In,

    /// <summary>An outbox.</summary>
    Out,
}

/// <summary>A port as data: what introspection, the docs, the command line and the graph check read.</summary>
/// <param name="Name">As in <c>@name.box</c>, camelCase.</param>
/// <param name="Direction">In or out.</param>
/// <param name="MessageType">What passes through.</param>
/// <param name="Sentence">What it is for, one sentence.</param>
public sealed record PortInfo(string Name, PortDirection Direction, Type MessageType, string Sentence)
{
    /// <summary>The format of the messages where the type does not say it: "mpegts", "lines"; empty: any.</summary>
    public string Format { get; init; } = "";

    /// <summary>An outbox that may stay unlinked: what is sent is then dropped and counted.</summary>
    public bool IsOptional { get; init; }

    /// <summary>An inbox's capacity in messages; 0: the default (<see cref="LinkOptions.DefaultCapacity"/>).</summary>
    public int Capacity { get; init; }

    /// <summary>The port every component has for shutdown messages in.</summary>
    public static PortInfo Control { get; } = new("control", PortDirection.In, typeof(ControlMessage),
        "Shutdown and other messages about the work, beside the data.");

    /// <summary>The port every component has for shutdown messages out.</summary>
    public static PortInfo Signal { get; } = new("signal", PortDirection.Out, typeof(ControlMessage),
        "How this component ended, for the next one's control.") { IsOptional = true };
}
