using System.Runtime.InteropServices;
using System.Text;
using Kamaelia.Interop.Native;

namespace Kamaelia.Interop;

/// <summary>Options as the C ABI wants them: UTF-8 in unmanaged memory, for the length of one call.</summary>
internal sealed unsafe class OptionTexts : IDisposable
{
    private readonly List<nint> _texts = [];
    private readonly kam_option[] _options;

    public OptionTexts(ReadOnlySpan<(string Name, string Value)> options)
    {
        _options = new kam_option[options.Length];
        for (var i = 0; i < options.Length; i++)
            _options[i] = new kam_option { name = Copy(options[i].Name), value = Copy(options[i].Value) };
    }

    public ReadOnlySpan<kam_option> Span => _options;

    private kam_text Copy(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        _texts.Add(copy);
        return new kam_text { utf8 = (byte*)copy, bytes = (uint)Encoding.UTF8.GetByteCount(text) };
    }

    public void Dispose()
    {
        foreach (var text in _texts)
            Marshal.FreeCoTaskMem(text);
        _texts.Clear();
    }
}
