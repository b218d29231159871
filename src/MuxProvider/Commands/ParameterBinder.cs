using System.Data;
using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>Binds the markers of a text to parameters: named ones by name, each bare <c>?</c> to the next parameter in order.</summary>
internal static class ParameterBinder
{
    /// <summary>Binds the markers between two places of a text.</summary>
    /// <param name="statement">The statement; it has been reset to the text, and all markers before <paramref name="first"/> are bound.</param>
    /// <param name="first">The first marker.</param>
    /// <param name="end">The marker behind the last one.</param>
    /// <param name="parameters">The parameters; null for none.</param>
    /// <param name="settings">Says whether an <c>@name</c> without parameter is a user variable, and what links take as it is.</param>
    /// <exception cref="MuxException">A marker has no parameter.</exception>
    /// <exception cref="NotSupportedException">A parameter is not for input, or its value's type cannot be sent.</exception>
    public static void Bind(Statement statement, int first, int end, MuxParameterCollection? parameters, DataSourceSettings settings)
    {
        var count = parameters?.Count ?? 0;
        for (var i = 0; i < count; i++)
            CheckDirection(parameters![i]);
        var markers = statement.Text.Markers;
        var position = 0;
        for (var i = first; i < end; i++)
        {
            var marker = markers[i];
            if (marker.Name is null)
            {
                if (position >= count)
                    throw TooFew(statement, first, end, count);
                statement.Bind(ForeignParameters.Bound(parameters![position++], settings.PassedParameters));
            }
            else if (parameters is not null && parameters.IndexOfBareName(marker.Name) is var index and >= 0)
            {
                statement.Bind(ForeignParameters.Bound(parameters[index], settings.PassedParameters));
            }
            else if (marker.IsAt && settings.AllowUserVariables)
            {
                statement.LeaveVariable();
            }
            else
            {
                throw Missing(marker);
            }
        }
    }

    private static void CheckDirection(MuxParameter parameter)
    {
        if (parameter.Direction != ParameterDirection.Input)
            throw new NotSupportedException(
                $"The parameter '{parameter.ParameterName}' has the direction {parameter.Direction}, but a text only takes values: use CommandType.StoredProcedure for a routine, or select what you want to read back.");
    }

    private static MuxException Missing(ParameterMarker marker) => new(0, null, marker.IsAt
        ? $"The text has '@{marker.Name}', but there is no such parameter. If it is a user variable, set Allow User Variables=true."
        : $"The text has '?{marker.Name}', but there is no such parameter.");

    private static MuxException TooFew(Statement statement, int first, int end, int count)
    {
        var needed = 0;
        for (var i = first; i < end; i++)
            needed += statement.Text.Markers[i].Name is null ? 1 : 0;
        return new MuxException(0, null, string.Create(
            CultureInfo.InvariantCulture,
            $"The text has {needed} times '?', but there {(count == 1 ? "is 1 parameter" : $"are {count} parameters")}."));
    }
}
