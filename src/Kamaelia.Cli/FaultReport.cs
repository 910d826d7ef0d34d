using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Interop;
using Kamaelia.Notation;

namespace Kamaelia.Cli;

/// <summary>Shows a fault under the place in the text that made the component.</summary>
internal static class FaultReport
{
    /// <summary>Shows it and what faulted after it. The exit code is the first one's.</summary>
    public static int Show(ParsedGraph parsed, GraphFaultedException fault)
    {
        var first = ToDiagnostic(parsed, fault.Path, fault.InnerException!);
        Terminal.Show(parsed.Source, [first]);
        foreach (var other in fault.Others)
            Terminal.Say($"after it: {other.Message}");
        return first.Code.ExitCode;
    }

    internal static Diagnostic ToDiagnostic(ParsedGraph parsed, string path, Exception cause)
    {
        // "/graph/name/…": what faulted may be inside of the component of the text, or of a group's child.
        var component = parsed.FindByPath(path);
        var place = component?.Syntax.Component.Span ?? new TextSpan(0, 0);
        var positional = component?.Twin.Info.PositionalOption;
        return cause switch
        {
            ResourceUnavailableException missing => new Diagnostic(DiagnosticCode.ResourceUnavailable, missing.Message,
                component?.PlaceOf(missing.OptionName) ?? place),
            // A native component says so in words alone; what it opens is what its bare word names.
            IOException when component is { Twin.IsNative: true } && positional is not null => new Diagnostic(
                DiagnosticCode.ResourceUnavailable, cause.Message, component.PlaceOf(positional.Name)),
            NativeException or NativeUnavailableException => new Diagnostic(
                DiagnosticCode.NativeFailed, cause.Message, place),
            _ => new Diagnostic(DiagnosticCode.Faulted, $"{path}: {cause.GetType().Name}: {cause.Message}", place),
        };
    }
}
