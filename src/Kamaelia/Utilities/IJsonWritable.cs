using System.Text.Json;

namespace Kamaelia.Utilities;

/// <summary>A message that knows its own JSON, so that <c>console format=json</c> needs no reflection (trimming,
/// AOT).</summary>
public interface IJsonWritable
{
    /// <summary>Writes one JSON value.</summary>
    void WriteJson(Utf8JsonWriter writer);
}
