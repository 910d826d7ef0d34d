using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Interop;
using Kamaelia.Net;

namespace Kamaelia.Tests.Support;

/// <summary>Makes components by name and option texts, of one language.</summary>
public abstract class TwinMaker
{
    public static TwinMaker Managed { get; } = new ManagedMaker();

    /// <summary>The managed ones, woken by .NET's poller as where there is no native library.</summary>
    public static TwinMaker ManagedByDotNet { get; } = new ManagedMaker
    {
        Resources = GraphResources.System.With<Network>(new SystemNetwork { UsesSchedulerPoller = false }),
    };

    public static TwinMaker Native { get; } = new NativeMaker();

    /// <summary>What its graphs use of the system.</summary>
    public GraphResources Resources { get; private init; } = GraphResources.System;

    /// <summary>A graph for them.</summary>
    public Graph NewGraph(string name = "graph", int schedulers = 1) =>
        new(name, new GraphOptions { Resources = Resources, Schedulers = schedulers });

    /// <exception cref="ArgumentException">A bad option; the text says which.</exception>
    public abstract Component Make(string name, params (string Name, string Text)[] options);

    private sealed class ManagedMaker : TwinMaker
    {
        public override Component Make(string name, params (string Name, string Text)[] options)
        {
            var twin = ComponentCatalogue.Default.Find(name)?.Managed
                ?? throw new InvalidOperationException($"there is no managed {name}");
            return twin.Create(OptionValues.Of(twin.Info, options));
        }
    }

    private sealed class NativeMaker : TwinMaker
    {
        public override Component Make(string name, params (string Name, string Text)[] options)
        {
            if (!NativeLibraryInfo.IsAvailable)
                Assert.Ignore("skipped, because the native library is not there");
            return NativeComponents.Create(name, options);
        }
    }
}
