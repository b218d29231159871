namespace MuxProvider.Links.MySql;

/// <summary>What stands in front of a statement in the same packet, in the order in which the server runs it.</summary>
[Flags]
internal enum PrefixParts : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>SET of the session variables that travel.</summary>
    Variables = 1,

    /// <summary>SET of what <c>LAST_INSERT_ID()</c> is; the same statement as that of the variables.</summary>
    GeneratedId = 2,

    /// <summary>USE of the default schema.</summary>
    Schema = 4,

    /// <summary>The statement of <see cref="Terms.Before"/>.</summary>
    Before = 8,

    /// <summary>The statement of <see cref="Terms.Begin"/>.</summary>
    Begin = 16,

    /// <summary>What brings the session to the settings.</summary>
    Settings = Variables | Schema,
}
