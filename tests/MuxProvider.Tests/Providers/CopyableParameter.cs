namespace MuxProvider.Tests;

/// <summary>A parameter of another provider's that can be copied, as those of MySqlConnector and MySql.Data can.</summary>
internal sealed class CopyableParameter : FakeParameter, ICloneable
{
    public CopyableParameter(string name, object? value)
        : base(name, value)
    {
    }

    public object Clone() => new CopyableParameter(ParameterName, Value) { DbType = DbType, Direction = Direction, Size = Size };
}
