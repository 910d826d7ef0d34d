using Kamaelia.Interop.Native;

namespace Kamaelia.Interop.Tests;

/// <summary>Every status becomes the exception that says it best, with the library's sentence.</summary>
public sealed unsafe class NativeStatusTests
{
    [TestCase(NativeMethods.KAM_OK)]
    [TestCase(NativeMethods.KAM_AGAIN)]
    public void Check_OfASuccess_ReturnsIt(int status) =>
        Assert.That(NativeStatus.Check(status, "trying"), Is.EqualTo(status));

    [TestCase(NativeMethods.KAM_E_INVALID, typeof(ArgumentException))]
    [TestCase(NativeMethods.KAM_E_NO_MEMORY, typeof(InsufficientMemoryException))]
    [TestCase(NativeMethods.KAM_E_NOT_FOUND, typeof(FileNotFoundException))]
    [TestCase(NativeMethods.KAM_E_INTERNAL, typeof(NativeException))]
    [TestCase(NativeMethods.KAM_E_ABI, typeof(NativeUnavailableException))]
    [TestCase(NativeMethods.KAM_E_IO, typeof(IOException))]
    [TestCase(NativeMethods.KAM_E_UNSUPPORTED, typeof(PlatformNotSupportedException))]
    [TestCase(NativeMethods.KAM_E_EXISTS, typeof(NativeException))]
    [TestCase(-99, typeof(NativeException))]
    public void Check_OfAFailure_ThrowsWithTheSentence(int status, Type expected)
    {
        var text = "the sentence é"u8.ToArray();
        Exception? said, unsaid;
        fixed (byte* first = text)
        {
            var error = NativeStatus.ErrorInto(first, text.Length);
            error.bytes_out = (uint)text.Length;
            var copy = error;
            said = Assert.Catch(() => NativeStatus.Check(status, copy, "trying"));
            unsaid = Assert.Catch(() => NativeStatus.Check(status, "trying"));
        }

        Assert.That(said, Is.TypeOf(expected).With.Message.EqualTo("the sentence é"));
        Assert.That(unsaid, Is.TypeOf(expected).With.Message.StartsWith("trying: "));
        if (said is NativeException native)
            Assert.That(native.Status, Is.EqualTo(status));
    }

    [Test]
    public void TextOf_AnErrorThatClaimsMoreThanItsBuffer_StaysInIt()
    {
        var text = "abcdef"u8.ToArray();
        fixed (byte* first = text)
        {
            var error = NativeStatus.ErrorInto(first, 3);
            error.bytes_out = 1000;
            Assert.That(NativeStatus.TextOf(error), Is.EqualTo("abc"));
        }
    }

    [Test]
    public void TextOf_NoText_IsEmpty()
    {
        Assert.That(NativeStatus.TextOf(default(kam_text)), Is.Empty);
        Assert.That(NativeStatus.TextOf(default(kam_error)), Is.Empty);
    }
}
