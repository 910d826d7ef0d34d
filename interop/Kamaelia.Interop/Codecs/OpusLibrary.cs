using System.Runtime.InteropServices;

namespace Kamaelia.Interop;

/// <summary>libopus as it is installed, found when it is first asked for. Any thread.</summary>
/// <remarks>Neither the build nor a graph without Opus needs it. <see cref="PathVariable"/> names another file than the
/// system's.</remarks>
internal sealed unsafe class OpusLibrary
{
    public const string PathVariable = "KAMAELIA_OPUS";
    public const int SetBitrate = 4002, SetVbr = 4006, SetComplexity = 4010, SetInbandFec = 4012, SetPacketLoss = 4014,
        SetDtx = 4016;

    private static readonly Lazy<(OpusLibrary? Library, string? Problem)> s_loaded = new(Load);

    private readonly nint _file;

    private OpusLibrary(nint file)
    {
        _file = file;
        EncoderCreate = (delegate* unmanaged<int, int, int, int*, nint>)Find("opus_encoder_create");
        EncoderControl = (delegate* unmanaged<nint, int, int, int>)Find("opus_encoder_ctl");
        Encode = (delegate* unmanaged<nint, byte*, int, byte*, int, int>)Find("opus_encode");
        EncodeFloat = (delegate* unmanaged<nint, byte*, int, byte*, int, int>)Find("opus_encode_float");
        EncoderDestroy = (delegate* unmanaged<nint, void>)Find("opus_encoder_destroy");
        DecoderCreate = (delegate* unmanaged<int, int, int*, nint>)Find("opus_decoder_create");
        Decode = (delegate* unmanaged<nint, byte*, int, byte*, int, int, int>)Find("opus_decode");
        DecodeFloat = (delegate* unmanaged<nint, byte*, int, byte*, int, int, int>)Find("opus_decode_float");
        DecoderSamples = (delegate* unmanaged<nint, byte*, int, int>)Find("opus_decoder_get_nb_samples");
        DecoderDestroy = (delegate* unmanaged<nint, void>)Find("opus_decoder_destroy");
        ErrorText = (delegate* unmanaged<int, byte*>)Find("opus_strerror");
    }

    /// <summary>Why it cannot be used here and what to do, or null.</summary>
    public static string? Problem => s_loaded.Value.Problem;

    /// <summary>Null where there is a <see cref="Problem"/>.</summary>
    public static OpusLibrary? Loaded => s_loaded.Value.Library;

    public readonly delegate* unmanaged<int, int, int, int*, nint> EncoderCreate;
    public readonly delegate* unmanaged<nint, int, int, int> EncoderControl;
    public readonly delegate* unmanaged<nint, byte*, int, byte*, int, int> Encode;
    public readonly delegate* unmanaged<nint, byte*, int, byte*, int, int> EncodeFloat;
    public readonly delegate* unmanaged<nint, void> EncoderDestroy;
    public readonly delegate* unmanaged<int, int, int*, nint> DecoderCreate;
    public readonly delegate* unmanaged<nint, byte*, int, byte*, int, int, int> Decode;
    public readonly delegate* unmanaged<nint, byte*, int, byte*, int, int, int> DecodeFloat;
    public readonly delegate* unmanaged<nint, byte*, int, int> DecoderSamples;
    public readonly delegate* unmanaged<nint, void> DecoderDestroy;
    public readonly delegate* unmanaged<int, byte*> ErrorText;

    private static string FileName => OperatingSystem.IsWindows() ? "opus.dll"
        : OperatingSystem.IsMacOS() ? "libopus.0.dylib" : "libopus.so.0";

    /// <summary>The answer of a call, if it is no error.</summary>
    /// <exception cref="NativeException">It is one: the library's words.</exception>
    public int Check(int answer, string call) => answer >= 0 ? answer : throw new NativeException(
        $"{call}: {Marshal.PtrToStringUTF8((nint)ErrorText(answer))}", answer);

    private nint Find(string name) => NativeLibrary.GetExport(_file, name);

    private static (OpusLibrary?, string?) Load()
    {
        // A call with variable arguments differs from one without only there.
        if (OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            return (null, "the encoder's settings cannot be called on this system");
        string? given = Environment.GetEnvironmentVariable(PathVariable);
        string name = string.IsNullOrEmpty(given) ? FileName : given;
        if (!NativeLibrary.TryLoad(name, out nint file))
            return (null, OperatingSystem.IsLinux()
                ? $"{name} is not installed: apt-get install libopus0"
                : $"{name} is not installed");
        try
        {
            return (new OpusLibrary(file), null);
        }
        catch (EntryPointNotFoundException missing)
        {
            return (null, $"{name} is not libopus: {missing.Message}");
        }
    }
}
