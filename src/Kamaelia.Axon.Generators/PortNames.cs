namespace Kamaelia.Axon.Generators;

/// <summary>How a port's name comes from its property's: Inbox is inbox, BytesOut is bytesOut, TSOut is
/// tsOut.</summary>
internal static class PortNames
{
    public static string FromProperty(string property)
    {
        var letters = property.ToCharArray();
        for (var i = 0; i < letters.Length && char.IsUpper(letters[i]); i++)
        {
            // An upper-case letter before a lower-case one begins the next word.
            if (i > 0 && i + 1 < letters.Length && char.IsLower(letters[i + 1]))
                break;
            letters[i] = char.ToLowerInvariant(letters[i]);
        }
        return new string(letters);
    }

    public static bool CanBeWritten(string name)
    {
        if (name.Length == 0 || !IsLetter(name[0]))
            return false;
        foreach (var letter in name)
        {
            if (!IsLetter(letter) && letter is not ((>= '0' and <= '9') or '_' or '-'))
                return false;
        }
        return true;
    }

    private static bool IsLetter(char letter) => letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');
}
