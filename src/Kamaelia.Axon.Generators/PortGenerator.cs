using Microsoft.CodeAnalysis;

namespace Kamaelia.Axon.Generators;

/// <summary>Implements each <c>[Port]</c> partial property of a component and its table of ports.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PortGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
    }
}
