namespace Kamaelia.Benchmarks.Harness;

/// <summary>Groups that belong together and are run by name.</summary>
internal interface ISuite
{
    string Name { get; }

    /// <summary>What it measures, for --list.</summary>
    string Sentence { get; }

    IEnumerable<Group> Groups(Scale scale);
}
