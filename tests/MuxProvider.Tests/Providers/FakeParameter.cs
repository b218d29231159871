using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.Tests;

/// <summary>A parameter of another provider's: it says String where no type follows from its value.</summary>
internal class FakeParameter : DbParameter
{
    private DbType? _type;

    public FakeParameter()
    {
    }

    public FakeParameter(string name, object? value)
    {
        ParameterName = name;
        Value = value;
    }

    public override DbType DbType
    {
        get => _type ?? Value switch
        {
            int => DbType.Int32,
            long => DbType.Int64,
            byte[] => DbType.Binary,
            DateTime => DbType.DateTime,
            _ => DbType.String,
        };
        set => _type = value;
    }

    public override ParameterDirection Direction { get; set; } = ParameterDirection.Input;

    public override bool IsNullable { get; set; }

    [AllowNull]
    public override string ParameterName { get; set; } = "";

    public override byte Precision { get; set; }

    public override byte Scale { get; set; }

    public override int Size { get; set; }

    [AllowNull]
    public override string SourceColumn { get; set; } = "";

    public override bool SourceColumnNullMapping { get; set; }

    public override DataRowVersion SourceVersion { get; set; } = DataRowVersion.Current;

    public override object? Value { get; set; }

    public override void ResetDbType() => _type = null;
}
