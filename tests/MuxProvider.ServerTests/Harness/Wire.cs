namespace MuxProvider.ServerTests;

/// <summary>How statements and rows travel.</summary>
internal enum Wire
{
    /// <summary>Values are literals in the statement, cells are text.</summary>
    Text,

    /// <summary>Statements are prepared: values and cells are binary.</summary>
    Binary,
}
