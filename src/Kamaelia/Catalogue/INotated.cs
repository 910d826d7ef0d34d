namespace Kamaelia.Catalogue;

// How a component gets into the notation (`kamaelia run 'file.read in.ts | …'`):
//
//   public sealed partial class FileReader : Component, INotated<FileReader>
//   {
//       public static ComponentInfo Info { get; } = new("file.read", "Reads a file from its start to its end.")
//       {
//           IsSource = true,
//           Options =
//           [
//               OptionInfo.Positional("path", OptionKind.Text, "File to read.", example: "in.ts"),
//               OptionInfo.Optional("chunk", OptionKind.Int, "Bytes a chunk, 1 to 1Mi.", "64Ki", 1, 1 << 20),
//           ],
//       };
//       public static FileReader Create(OptionValues options) => new(options.Text("path"), options.Int("chunk"));
//       …
//
// and one line in BuiltIn.cs: `Add<FileReader>(catalogue);`. Rules:
//   * Every value has been checked against Info.Options before Create runs, and defaults are filled in; Create reads
//     them with the typed getters. What the table cannot say (two options that exclude each other) is
//     `throw options.Bad("name", "sentence")`: it becomes a diagnostic under that value.
//   * Create and the constructor open nothing: `kamaelia inspect` and `kamaelia check` create components they never
//     start. Files and sockets are opened by the body, and what cannot be opened there is
//     `throw new ResourceUnavailableException("path", "There is no file 'in.ts'.", inner)`, naming the option: the tool
//     puts a caret under that option's value and ends with exit code 4.
//   * Names, option names, kinds and defaults equal the native twin's table (kam_component_type); a test compares them.

/// <summary>A component that the notation can name: its entry in the catalogue, and how to make one from text
/// options.</summary>
/// <typeparam name="TSelf">The component itself.</typeparam>
/// <remarks>Static abstract members and no reflection, so that trimming and AOT keep what is registered.</remarks>
public interface INotated<TSelf> where TSelf : INotated<TSelf>
{
    /// <summary>The name, the sentence and the options, as <c>kamaelia inspect</c> shows them.</summary>
    static abstract ComponentInfo Info { get; }

    /// <summary>Makes one. The options have been checked against <see cref="Info"/>; opens no file and no
    /// socket.</summary>
    /// <exception cref="OptionException">A combination of values that the table cannot forbid.</exception>
    static abstract TSelf Create(OptionValues options);
}
