using Kamaelia.Catalogue;

namespace Kamaelia.Tests.Catalogue;

public sealed class OptionValuesTests
{
    private static readonly ComponentInfo s_info = new("test.it", "For the test.")
    {
        Options =
        [
            OptionInfo.Positional("path", OptionKind.Text, "A path.", "in.ts"),
            OptionInfo.Optional("bytes", OptionKind.Int, "Bytes, 1 to 1Mi.", "64Ki", min: 1, max: 1 << 20),
            OptionInfo.Optional("rate", OptionKind.Rate, "A rate."),
            OptionInfo.Choice("mode", "A mode.", "fast", "slow"),
            OptionInfo.Optional("loop", OptionKind.Bool, "Loops.", "off"),
        ],
    };

    [Test]
    public void Of_GivenValues_FillsInTheDefaults()
    {
        var values = OptionValues.Of(s_info, ("path", "a.ts"), ("loop", "yes"));

        Assert.That(values.Text("path"), Is.EqualTo("a.ts"));
        Assert.That(values.Int("bytes"), Is.EqualTo(65536));
        Assert.That(values.IsSet("rate"), Is.False);
        Assert.That(values.TextOrNull("rate"), Is.Null);
        Assert.That(values.Bool("loop"), Is.True);
        Assert.That(values.Texts.Select(pair => pair.Key), Is.EqualTo(["path", "bytes", "mode", "loop"]));
    }

    [TestCase("bytes", "0", "not between 1 and 1048576")]
    [TestCase("bytes", "many", "not a whole number")]
    [TestCase("mode", "medium", "none of fast, slow")]
    [TestCase("loop", "maybe", "not true or false")]
    [TestCase("rate", "quick", "not a rate")]
    [TestCase("speed", "1", "no such option")]
    public void Of_ABadValue_NamesTheOptionAndSaysWhy(string name, string text, string why)
    {
        var refusal = Assert.Throws<OptionException>(() => OptionValues.Of(s_info, ("path", "x"), (name, text)))!;

        Assert.That(refusal.OptionName, Is.EqualTo(name));
        Assert.That(refusal.Sentence, Does.Contain(why));
    }

    [Test]
    public void Of_WithoutARequiredOption_NamesIt()
    {
        Assert.That(Assert.Throws<OptionException>(() => OptionValues.Of(s_info))!.OptionName, Is.EqualTo("path"));
    }

    [Test]
    public void Text_OfAnUnsetOption_IsTheComponentsMistake()
    {
        Assert.Throws<InvalidOperationException>(() => OptionValues.Examples(s_info).Rate("rate"));
    }
}
