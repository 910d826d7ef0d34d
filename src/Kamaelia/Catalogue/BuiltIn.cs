using Kamaelia.Axon;
using Kamaelia.Bytes;
using Kamaelia.Fec;
using Kamaelia.Files;
using Kamaelia.Framing;
using Kamaelia.Net;
using Kamaelia.Pacing;
using Kamaelia.Sound;
using Kamaelia.Ts;
using Kamaelia.Utilities;

namespace Kamaelia.Catalogue;

/// <summary>The list of this library's managed components.</summary>
/// <remarks>One line each, by hand: trimming keeps what stands here, and nothing is looked up by reflection.</remarks>
internal static class BuiltIn
{
    public static void AddTo(ComponentCatalogue catalogue)
    {
        catalogue.Add<FileReader>();
        catalogue.Add<FileWriter>();
        catalogue.Add<Pacer>();
        catalogue.Add<UdpSender>();
        catalogue.Add<UdpReceiver>();
        catalogue.Add<TcpConnector>();
        catalogue.Add<TcpFileSender>();
        catalogue.Add<TcpAcceptor>();
        catalogue.Add<TcpBroadcaster>();
        catalogue.Add<TsChecker>();
        catalogue.Add<TsFilter>();
        catalogue.Add<Framer>();
        catalogue.Add<Deframer>();
        catalogue.Add<DataChunker>();
        catalogue.Add<DataDechunker>();
        catalogue.Add<LengthFramer>();
        catalogue.Add<LengthDeframer>();
        catalogue.Add<PcmMixer>();
        catalogue.Add<PcmGain>();
        catalogue.Add<PcmConverter>();
        catalogue.Add<CrcAppender>();
        catalogue.Add<CrcChecker>();
        catalogue.Add<XorFecAdder>();
        catalogue.Add<XorFecRecoverer>();
        catalogue.Add<G711Encoder>();
        catalogue.Add<G711Decoder>();
        catalogue.Add<OpusEncoder>();
        catalogue.Add<OpusDecoder>();
        catalogue.Add<Rechunker>();
        catalogue.Add<LineSplitter>();
        catalogue.Add<Tee<Chunk>>();
        catalogue.Add<NullSink<Chunk>>();
        catalogue.Add<ConsoleWriter<Chunk>>();
        catalogue.Add<FaultMaker<Chunk>>();
        AddMessageType<string>(catalogue);
        AddMessageType<TsReport>(catalogue);
        AddMessageType<DeadLetter>(catalogue);
    }

    /// <summary>The components that take any message: each type of message needs its own, compiled.</summary>
    public static void AddMessageType<T>(ComponentCatalogue catalogue)
    {
        catalogue.AddVariant<Tee<T>>();
        catalogue.AddVariant<NullSink<T>>();
        catalogue.AddVariant<ConsoleWriter<T>>();
        catalogue.AddVariant<FaultMaker<T>>();
    }
}
