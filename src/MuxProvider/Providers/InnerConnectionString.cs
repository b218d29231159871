using System.Data.Common;

namespace MuxProvider;

/// <summary>Writes the connection string of the connections underneath, from ours. Pure, apart from filling the builder that it is given.</summary>
internal static class InnerConnectionString
{
    /// <summary>Writes the connection string.</summary>
    /// <param name="options">Our options.</param>
    /// <param name="builder">An empty builder of the other provider's; it knows which options there are.</param>
    /// <param name="provider">The other provider, for messages.</param>
    /// <returns>The connection string, password included.</returns>
    /// <exception cref="ArgumentException">The other provider does not know an option that was given, or does not take its value.</exception>
    public static string Write(MuxConnectionStringBuilder options, DbConnectionStringBuilder builder, string provider)
    {
        // First what is needed: what a provider makes of it must not overwrite what the user said.
        foreach (var (option, value) in InnerOptions.Needed(options))
        {
            if (FindKnown(builder, InnerOptions.Names(option)) is not { } name)
            {
                if (option == OptionTable.UseAffectedRows && options.UseAffectedRows)
                    throw Unknown(option, provider);
            }
            else if (!TrySet(builder, name, value, out var refusal))
            {
                throw new ArgumentException($"{provider} does not take '{name}={Option.Format(value)}', which MuxProvider needs: {refusal!.Message}", refusal);
            }
        }

        foreach (var option in OptionTable.All)
        {
            if (InnerOptions.IsPassed(option) && options.IsGiven(option))
                Pass(builder, option, options[option.Name], provider);
        }

        return builder.ConnectionString;
    }

    private static void Pass(DbConnectionStringBuilder builder, Option option, object value, string provider)
    {
        // A builder of no provider in particular takes everything; one that only writes has to be tried.
        if (FindKnown(builder, InnerOptions.Names(option)) is { } known)
        {
            if (TrySet(builder, known, value, out var refusal))
                return;
            throw option == OptionTable.Password || option == OptionTable.CertificatePassword
                ? new ArgumentException($"{provider} does not take the connection-string option '{option.Name}'.")
                : new ArgumentException($"{provider} does not take the connection-string option '{option.Name}={Option.Format(value)}': {refusal!.Message}", refusal);
        }

        foreach (var name in InnerOptions.Names(option))
        {
            if (TrySet(builder, name, value, out _))
                return;
        }

        throw Unknown(option, provider);
    }

    private static ArgumentException Unknown(Option option, string provider) =>
        new($"The connection-string option '{option.Name}' cannot be honoured: {provider} does not know it.");

    /// <summary>An option's value, or its default.</summary>
    /// <param name="builder">A builder of another provider's.</param>
    /// <param name="name">The option's name.</param>
    /// <returns>The value; null where the builder does not know the name, or its default is null.</returns>
    internal static object? TryRead(DbConnectionStringBuilder builder, string name)
    {
        try
        {
            return builder[name];
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return null;
        }
    }

    // The first name that the builder reads: those of MySQL providers have a default for every option that they know.
    private static string? FindKnown(DbConnectionStringBuilder builder, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (TryRead(builder, name) is not null)
                return name;
        }

        return null;
    }

    private static bool TrySet(DbConnectionStringBuilder builder, string name, object value, out Exception? refusal)
    {
        refusal = null;
        foreach (var text in InnerOptions.Spellings(value))
        {
            try
            {
                builder[name] = text;
                return true;
            }
            catch (Exception error) when (IsRefusal(error))
            {
                refusal ??= error;
            }
        }

        return false;
    }

    /// <summary>Whether a builder of another provider has said no.</summary>
    /// <param name="error">What it threw.</param>
    /// <returns>False for what must not be caught.</returns>
    internal static bool IsRefusal(Exception error) =>
        error is ArgumentException or KeyNotFoundException or NotSupportedException or FormatException or InvalidCastException or OverflowException or InvalidOperationException;
}
