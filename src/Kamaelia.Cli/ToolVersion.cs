using System.Reflection;

namespace Kamaelia.Cli;

/// <summary>The version that was built, as the project files give it.</summary>
internal static class ToolVersion
{
    public static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0";
}
