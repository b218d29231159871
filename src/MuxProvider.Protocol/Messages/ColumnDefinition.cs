using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// What the server says about one column of a result:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html">Protocol::ColumnDefinition41</see>.
/// Immutable.
/// </summary>
public sealed class ColumnDefinition
{
    /// <summary>The collation number of binary data.</summary>
    public const ushort BinaryCollation = 63;

    // utf8mb4_general_ci: servers differ in the default, and no reader tells them apart.
    private const ushort TextCollation = 45;
    private const uint BytesOfCharacter = 4;

    /// <summary>The schema of the table; "" for an expression.</summary>
    public string Schema { get; init; } = "";

    /// <summary>The table's alias; "" for an expression.</summary>
    public string Table { get; init; } = "";

    /// <summary>The table's own name; "" for an expression.</summary>
    public string OriginalTable { get; init; } = "";

    /// <summary>The column's alias.</summary>
    public string Name { get; init; } = "";

    /// <summary>The column's own name; "" for an expression.</summary>
    public string OriginalName { get; init; } = "";

    /// <summary>The collation number; 63 is binary.</summary>
    public ushort Collation { get; init; }

    /// <summary>The display length in bytes.</summary>
    public uint Length { get; init; }

    /// <summary>The type.</summary>
    public ColumnType Type { get; init; }

    /// <summary>The flags.</summary>
    public ColumnFlags Flags { get; init; }

    /// <summary>Digits after the point; 31 where they are not fixed.</summary>
    public byte Decimals { get; init; }

    /// <summary>Whether the column is unsigned.</summary>
    public bool IsUnsigned => (Flags & ColumnFlags.Unsigned) != 0;

    /// <summary>Whether the cells are bytes rather than text.</summary>
    public bool IsBinary => Collation == BinaryCollation;

    /// <summary>A BIGINT expression that is never NULL, as servers describe <c>ROW_COUNT()</c> and <c>LAST_INSERT_ID()</c>.</summary>
    /// <param name="name">The column's alias.</param>
    /// <param name="isUnsigned">Whether it is unsigned.</param>
    /// <returns>The definition.</returns>
    public static ColumnDefinition BigInt(string name, bool isUnsigned = false) => Number(name, ColumnType.LongLong, 21, isUnsigned);

    /// <summary>An INT UNSIGNED that is never NULL, as servers describe the codes of <c>SHOW WARNINGS</c>.</summary>
    /// <param name="name">The column's alias.</param>
    /// <returns>The definition.</returns>
    public static ColumnDefinition UnsignedInt(string name) => Number(name, ColumnType.Long, 4, isUnsigned: true);

    /// <summary>A VARCHAR in utf8mb4 that is never NULL.</summary>
    /// <param name="name">The column's alias.</param>
    /// <param name="length">The most characters.</param>
    /// <returns>The definition.</returns>
    public static ColumnDefinition VarChar(string name, int length) => new()
    {
        Name = name,
        Type = ColumnType.VarString,
        Collation = TextCollation,
        Length = BytesOfCharacter * (uint)length,
        Flags = ColumnFlags.NotNull,
        Decimals = 31,
    };

    /// <summary>Reads the definition from the payload of its packet.</summary>
    /// <param name="payload">The payload.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ProtocolException">The payload is malformed.</exception>
    public static ColumnDefinition Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        reader.ReadLengthEncodedBytes(); // the catalog, always "def"
        var schema = reader.ReadLengthEncodedString();
        var table = reader.ReadLengthEncodedString();
        var originalTable = reader.ReadLengthEncodedString();
        var name = reader.ReadLengthEncodedString();
        var originalName = reader.ReadLengthEncodedString();
        var fixedLength = reader.ReadLengthEncodedInteger();
        if (fixedLength < 12)
            throw new ProtocolException($"A column definition has {fixedLength} bytes of fixed fields where at least 12 are expected.");
        return new ColumnDefinition
        {
            Schema = schema,
            Table = table,
            OriginalTable = originalTable,
            Name = name,
            OriginalName = originalName,
            Collation = reader.ReadUInt16(),
            Length = reader.ReadUInt32(),
            Type = (ColumnType)reader.ReadByte(),
            Flags = (ColumnFlags)reader.ReadUInt16(),
            Decimals = reader.ReadByte(),
        };
    }

    /// <summary>Writes the payload of the definition's packet, as a server does.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLengthEncodedString("def"u8);
        writer.WriteLengthEncodedString(Schema);
        writer.WriteLengthEncodedString(Table);
        writer.WriteLengthEncodedString(OriginalTable);
        writer.WriteLengthEncodedString(Name);
        writer.WriteLengthEncodedString(OriginalName);
        writer.WriteLengthEncodedInteger(12);
        writer.WriteUInt16(Collation);
        writer.WriteUInt32(Length);
        writer.WriteByte((byte)Type);
        writer.WriteUInt16((ushort)Flags);
        writer.WriteByte(Decimals);
        writer.WriteUInt16(0);
    }

    private static ColumnDefinition Number(string name, ColumnType type, uint length, bool isUnsigned) => new()
    {
        Name = name,
        Type = type,
        Collation = BinaryCollation,
        Length = length,
        Flags = ColumnFlags.NotNull | ColumnFlags.Binary | (isUnsigned ? ColumnFlags.Unsigned : ColumnFlags.None),
    };

    /// <inheritdoc/>
    public override string ToString() => new StringBuilder(Name).Append(' ').Append(Type).Append('(').Append(Length).Append(')').ToString();
}
