namespace Kamaelia.Interop;

/// <summary>How the text of an option's value is read. The numbers are the C ABI's (KAM_OPTION_…).</summary>
public enum NativeOptionKind
{
    /// <summary>Any text.</summary>
    Text = 0,

    /// <summary>A whole number, with k M G of 1000 and Ki Mi Gi of 1024.</summary>
    Int = 1,

    /// <summary>true false yes no on off 1 0.</summary>
    Bool = 2,

    /// <summary>A number with ns us ms s.</summary>
    Duration = 3,

    /// <summary>Bits per second: a number with k M G.</summary>
    Rate = 4,

    /// <summary>host:port.</summary>
    Address = 5,
}

/// <summary>An option of a native component type, as data.</summary>
/// <param name="Name">As in <c>name=value</c>.</param>
/// <param name="Kind">How its text is read.</param>
/// <param name="Sentence">What it does, with unit and range.</param>
/// <param name="DefaultText">Read when it is left out; empty: it stays unset then.</param>
/// <param name="IsRequired">Leaving it out is an error.</param>
/// <param name="IsPositional">The bare word of the notation goes here.</param>
public sealed record NativeOption(
    string Name, NativeOptionKind Kind, string Sentence, string DefaultText, bool IsRequired, bool IsPositional);
