using System.Globalization;
using System.Runtime.CompilerServices;

namespace MuxProvider;

/// <summary>Texts that tell objects apart: factories, data sources and hooks, of which only the object itself knows what it does. Any thread may use it.</summary>
internal static class ProviderIdentity
{
    private static readonly ConditionalWeakTable<object, string> s_texts = [];
    private static long s_last;

    /// <summary>A text that no other object of the process has.</summary>
    /// <param name="thing">The object; null for the text of nothing.</param>
    /// <returns>Always the same text for the same object.</returns>
    public static string Of(object? thing) => thing is null
        ? "-"
        : s_texts.GetValue(thing, static value => string.Create(CultureInfo.InvariantCulture, $"{value.GetType()}#{Interlocked.Increment(ref s_last)}"));

    /// <summary>A text for all hooks together. Equal only for the very same delegates.</summary>
    /// <param name="hooks">The hooks.</param>
    /// <returns>The text.</returns>
    public static string Of(MuxProviderHooks hooks) => string.Join(',', Of(hooks.Reset), Of(hooks.LastInsertedId), Of(hooks.ServerThread));
}
