using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MuxProvider;

/// <summary>The columns of a result as a table, the way that ADO.NET has had it since its beginning.</summary>
internal static class SchemaTable
{
    /// <summary>Makes the table.</summary>
    /// <param name="columns">The columns of the result.</param>
    /// <returns>One row for each.</returns>
    [UnconditionalSuppressMessage("Trimming", "IL2111", Justification = "The column holds types as values; nobody looks into the members of Type.")]
    public static DataTable Of(IReadOnlyList<DbColumn> columns)
    {
        var table = new DataTable("SchemaTable") { Locale = CultureInfo.InvariantCulture };
        var fields = table.Columns;
        fields.Add("ColumnName", typeof(string));
        fields.Add("ColumnOrdinal", typeof(int));
        fields.Add("ColumnSize", typeof(int));
        fields.Add("NumericPrecision", typeof(int));
        fields.Add("NumericScale", typeof(int));
        fields.Add("IsUnique", typeof(bool));
        fields.Add("IsKey", typeof(bool));
        fields.Add("BaseCatalogName", typeof(string));
        fields.Add("BaseColumnName", typeof(string));
        fields.Add("BaseSchemaName", typeof(string));
        fields.Add("BaseTableName", typeof(string));
        fields.Add("DataType", typeof(Type));
        fields.Add("AllowDBNull", typeof(bool));
        fields.Add("ProviderType", typeof(int));
        fields.Add("IsAliased", typeof(bool));
        fields.Add("IsExpression", typeof(bool));
        fields.Add("IsIdentity", typeof(bool));
        fields.Add("IsAutoIncrement", typeof(bool));
        fields.Add("IsRowVersion", typeof(bool));
        fields.Add("IsHidden", typeof(bool));
        fields.Add("IsLong", typeof(bool));
        fields.Add("IsReadOnly", typeof(bool));
        foreach (MuxDbColumn column in columns)
        {
            var row = table.NewRow();
            row["ColumnName"] = column.ColumnName;
            row["ColumnOrdinal"] = column.ColumnOrdinal;
            row["ColumnSize"] = column.ColumnSize;
            row["NumericPrecision"] = (object?)column.NumericPrecision ?? DBNull.Value;
            row["NumericScale"] = (object?)column.NumericScale ?? DBNull.Value;
            row["IsUnique"] = column.IsUnique;
            row["IsKey"] = column.IsKey;
            row["BaseCatalogName"] = column.BaseCatalogName;
            row["BaseColumnName"] = column.BaseColumnName;
            row["BaseSchemaName"] = column.BaseSchemaName;
            row["BaseTableName"] = column.BaseTableName;
            row["DataType"] = column.DataType;
            row["AllowDBNull"] = column.AllowDBNull;
            row["ProviderType"] = (int)column.ProviderType;
            row["IsAliased"] = column.IsAliased;
            row["IsExpression"] = column.IsExpression;
            row["IsIdentity"] = column.IsIdentity;
            row["IsAutoIncrement"] = column.IsAutoIncrement;
            row["IsRowVersion"] = false;
            row["IsHidden"] = column.IsHidden;
            row["IsLong"] = column.IsLong;
            row["IsReadOnly"] = column.IsReadOnly;
            table.Rows.Add(row);
        }

        table.AcceptChanges();
        return table;
    }
}
