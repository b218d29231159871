namespace MuxProvider.Links;

/// <summary>
/// What makes two prepared statements the same on the server. Preparing freezes the default schema, the sql_mode and the collation of
/// literals; and MySQL works out the types of results then, which depend on others of the variables that travel
/// (<c>div_precision_increment</c>). So the same text under other settings is another statement.
/// </summary>
/// <param name="Text">The SQL text, exactly.</param>
/// <param name="Settings">The settings under which it is prepared and executed.</param>
internal readonly record struct PreparedStatementKey(string Text, Settings Settings);
