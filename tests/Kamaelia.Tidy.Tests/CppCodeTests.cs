namespace Kamaelia.Tidy.Tests;

/// <summary>The little that the rules understand of C++, on what it met and got wrong at first.</summary>
[TestFixture]
public sealed class CppCodeTests
{
    [TestCase("namespace a { int f() { return 1; } }", "f")]
    [TestCase("KAM_MACRO(\"a\", b)\n\nnamespace {\nvoid f() { if (a) { b(); } }\nvoid g() {}\n}", "f g")]
    [TestCase("struct alignas(64) line { int f() const noexcept { return 1; } };", "f")]
    [TestCase("template <typename T>\nclass box : base<T> { ~box() { auto l = [](int a) { return a; }; } };", "~box")]
    [TestCase("#define M(a) \\\n    { a }\nTEST(Abi, version) { }", "TEST")]
    [TestCase("// void f() {\nint a[] = {1};\n/* } */ extern \"C\" { int g(void) { return '}'; } }", "g")]
    [TestCase("constexpr char text[] = \"{ f() {\";\nstruct kam_x *h(int a) { return 1'000; }", "h")]
    public void Functions_OfText_AreThese(string text, string names) =>
        Assert.That(string.Join(' ', CppCode.Functions(text).Select(f => f.Name)), Is.EqualTo(names));

    [Test]
    public void Functions_OfText_SayWhereAndHowLong() =>
        Assert.That(CppCode.Functions("\n\nint f(int a,\n      int b) {\n    return a;\n}\n").Single(),
            Is.EqualTo(new CppCode.Function("f", LineIndex: 2, LineCount: 4)));
}
