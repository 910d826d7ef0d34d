using Kamaelia.Tidy.Tests.Rules;

namespace Kamaelia.Tidy.Tests;

/// <summary>Every rule: on its bad sample, on its good one, and on every file of the repository.</summary>
[TestFixture]
public sealed class RuleTests
{
    private static IEnumerable<Rule> All => typeof(Rule).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(Rule)) && !t.IsAbstract)
        .OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => (Rule)Activator.CreateInstance(t)!);

    [TestCaseSource(nameof(All))]
    public void Rule_OnItsBadSample_FindsTheFault(Rule rule) => Assert.That(rule.Check(rule.Bad), Is.Not.Empty);

    [TestCaseSource(nameof(All))]
    public void Rule_OnItsGoodSample_FindsNothing(Rule rule) => Assert.That(rule.Check(rule.Good), Is.Empty);

    [TestCaseSource(nameof(All))]
    public void Rule_OnTheRepository_FindsNothing(Rule rule)
    {
        var faults = Repository.Files.SelectMany(rule.Check).ToList();
        Assert.That(faults, Is.Empty, string.Join('\n', faults));
    }

    [Test]
    public void Repository_WhenListed_HoldsTheFilesThatTheRulesAreFor()
    {
        Assert.That(Repository.Files.Select(f => f.Path), Does.Contain("build.sh").And.Contain("native/kamaelia.map"));
        Assert.That(Repository.Files.Count(f => f.IsCSharp), Is.GreaterThan(10));
        Assert.That(Repository.Files.Any(f => f.Path.Contains("/obj/", StringComparison.Ordinal)), Is.False);
    }

    [Test]
    public void Exceptions_OfTheLengthRules_AreAllStillNeeded()
    {
        var paths = Repository.Files.Select(f => f.Path).ToHashSet();
        var gone = FileLength.Exceptions.Keys.Where(p => !paths.Contains(p))
            .Concat(FunctionLength.Exceptions.Keys.Where(p => !paths.Contains(p.Split(':')[0])));
        Assert.That(gone, Is.Empty);
    }
}
