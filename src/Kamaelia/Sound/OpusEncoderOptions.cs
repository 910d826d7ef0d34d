namespace Kamaelia.Sound;

/// <summary>What is encoded.</summary>
public enum OpusApplication
{
    /// <summary>Music and all else.</summary>
    Audio = 2049,

    /// <summary>Speech.</summary>
    Voip = 2048,

    /// <summary>The least delay, without the speech coder.</summary>
    LowDelay = 2051,
}

/// <summary>How to encode.</summary>
public sealed record OpusEncoderOptions
{
    /// <summary>The samples that come in.</summary>
    public OpusSound Sound { get; init; } = new();

    /// <summary>Bits per second, 500 to 512000.</summary>
    public int BitrateBps { get; init; } = 64_000;

    /// <summary>Sound a packet: 2.5, 5, 10, 20, 40 or 60 ms.</summary>
    public TimeSpan Frame { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What is encoded.</summary>
    public OpusApplication Application { get; init; } = OpusApplication.Audio;

    /// <summary>0 (quick) to 10 (best).</summary>
    public int Complexity { get; init; } = 9;

    /// <summary>Packets may differ in length.</summary>
    public bool IsVbr { get; init; } = true;

    /// <summary>Packets carry a coarse copy of the one before; needs <see cref="LossPercent"/>.</summary>
    public bool HasFec { get; init; }

    /// <summary>How many packets are expected to be lost, 0 to 100.</summary>
    public int LossPercent { get; init; }

    /// <summary>Silence gives packets of one or two bytes.</summary>
    public bool HasDtx { get; init; }
}
