namespace MuxProvider;

/// <summary>Casts what comes through the base classes of ADO.NET.</summary>
internal static class Casts
{
    /// <summary>Casts.</summary>
    /// <typeparam name="T">Our type.</typeparam>
    /// <param name="value">The value, or null.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidCastException">It is another provider's.</exception>
    public static T? To<T>(object? value)
        where T : class => value as T ?? (value is null
            ? null
            : throw new InvalidCastException($"A {typeof(T).Name} is needed here, not a {value.GetType()}."));
}
