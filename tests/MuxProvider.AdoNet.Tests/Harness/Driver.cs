namespace MuxProvider.AdoNet.Tests;

/// <summary>The provider underneath.</summary>
public enum Driver
{
    /// <summary>MySql.Data: another maker's, without batches.</summary>
    MySqlData,

    /// <summary>MuxProvider's own factory, with a link for each connection.</summary>
    Self,
}
