namespace MuxProvider;

/// <summary>Reads the text of an option's value.</summary>
/// <typeparam name="T">The option's type.</typeparam>
/// <param name="text">The text, as it was given.</param>
/// <param name="value">The value.</param>
/// <returns>False where the option does not take the text.</returns>
internal delegate bool OptionReader<T>(string text, out T value);
