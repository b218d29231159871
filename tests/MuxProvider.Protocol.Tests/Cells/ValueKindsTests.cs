namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class ValueKindsTests
{
    private const ushort Utf8Mb4 = 45;
    private const ushort Utf8Mb3 = 33;
    private const ushort Latin1 = 8;
    private const ushort Binary = 63;

    [TestCase(ColumnType.Tiny, 1u, ColumnFlags.None, ValueKind.Boolean, "BOOL")]
    [TestCase(ColumnType.Tiny, 4u, ColumnFlags.None, ValueKind.SByte, "TINYINT")]
    [TestCase(ColumnType.Tiny, 1u, ColumnFlags.Unsigned, ValueKind.Byte, "TINYINT")]
    [TestCase(ColumnType.Tiny, 3u, ColumnFlags.Unsigned, ValueKind.Byte, "TINYINT")]
    [TestCase(ColumnType.Short, 6u, ColumnFlags.None, ValueKind.Int16, "SMALLINT")]
    [TestCase(ColumnType.Short, 5u, ColumnFlags.Unsigned, ValueKind.UInt16, "SMALLINT")]
    [TestCase(ColumnType.Int24, 9u, ColumnFlags.None, ValueKind.Int32, "MEDIUMINT")]
    [TestCase(ColumnType.Int24, 8u, ColumnFlags.Unsigned, ValueKind.UInt32, "MEDIUMINT")]
    [TestCase(ColumnType.Long, 11u, ColumnFlags.None, ValueKind.Int32, "INT")]
    [TestCase(ColumnType.Long, 10u, ColumnFlags.Unsigned, ValueKind.UInt32, "INT")]
    [TestCase(ColumnType.LongLong, 20u, ColumnFlags.None, ValueKind.Int64, "BIGINT")]
    [TestCase(ColumnType.LongLong, 20u, ColumnFlags.Unsigned, ValueKind.UInt64, "BIGINT")]
    [TestCase(ColumnType.Year, 4u, ColumnFlags.Unsigned | ColumnFlags.ZeroFill, ValueKind.Year, "YEAR")]
    [TestCase(ColumnType.Bit, 1u, ColumnFlags.Unsigned, ValueKind.Bit, "BIT")]
    [TestCase(ColumnType.Bit, 64u, ColumnFlags.Unsigned | ColumnFlags.Binary, ValueKind.Bit, "BIT")]
    [TestCase(ColumnType.NewDecimal, 12u, ColumnFlags.None, ValueKind.Decimal, "DECIMAL")]
    [TestCase(ColumnType.Decimal, 12u, ColumnFlags.Unsigned, ValueKind.Decimal, "DECIMAL")]
    [TestCase(ColumnType.Float, 12u, ColumnFlags.None, ValueKind.Single, "FLOAT")]
    [TestCase(ColumnType.Double, 22u, ColumnFlags.None, ValueKind.Double, "DOUBLE")]
    [TestCase(ColumnType.Date, 10u, ColumnFlags.Binary, ValueKind.Date, "DATE")]
    [TestCase(ColumnType.NewDate, 10u, ColumnFlags.Binary, ValueKind.Date, "DATE")]
    [TestCase(ColumnType.DateTime, 19u, ColumnFlags.Binary, ValueKind.DateTime, "DATETIME")]
    [TestCase(ColumnType.Timestamp, 19u, ColumnFlags.Binary, ValueKind.DateTime, "TIMESTAMP")]
    [TestCase(ColumnType.Time, 10u, ColumnFlags.Binary, ValueKind.Time, "TIME")]
    [TestCase(ColumnType.Json, uint.MaxValue, ColumnFlags.Blob | ColumnFlags.Binary, ValueKind.Json, "JSON")]
    [TestCase(ColumnType.Geometry, uint.MaxValue, ColumnFlags.Blob | ColumnFlags.Binary, ValueKind.Geometry, "GEOMETRY")]
    [TestCase(ColumnType.Vector, 4096u, ColumnFlags.Blob | ColumnFlags.Binary, ValueKind.Vector, "VECTOR")]
    [TestCase(ColumnType.Null, 0u, ColumnFlags.Binary, ValueKind.Null, "NULL")]
    [TestCase(ColumnType.Blob, 65535u, ColumnFlags.Blob | ColumnFlags.Binary, ValueKind.Bytes, "BLOB")]
    [TestCase(ColumnType.TinyBlob, 255u, ColumnFlags.Blob | ColumnFlags.Binary, ValueKind.Bytes, "BLOB")]
    [TestCase(ColumnType.MediumBlob, 65535u, ColumnFlags.Blob | ColumnFlags.Binary, ValueKind.Bytes, "BLOB")]
    [TestCase(ColumnType.LongBlob, 65535u, ColumnFlags.Blob | ColumnFlags.Binary, ValueKind.Bytes, "BLOB")]
    [TestCase(ColumnType.VarString, 20u, ColumnFlags.Binary, ValueKind.Bytes, "BLOB")]
    [TestCase(ColumnType.VarChar, 20u, ColumnFlags.Binary, ValueKind.Bytes, "BLOB")]
    [TestCase(ColumnType.String, 20u, ColumnFlags.Binary, ValueKind.Bytes, "BLOB")]
    [TestCase((ColumnType)200, 20u, ColumnFlags.None, ValueKind.Bytes, "BLOB")]
    public void A_column_of_collation_binary_has_its_kind(ColumnType type, uint length, ColumnFlags flags, ValueKind kind, string name)
    {
        var column = new ColumnDefinition { Type = type, Length = length, Flags = flags, Collation = Binary };
        Assert.That(ValueKinds.Of(column, CellOptions.Default), Is.EqualTo(kind));
        Assert.That(ValueKinds.DataTypeName(column, CellOptions.Default), Is.EqualTo(name));
    }

    [TestCase(ColumnType.String, 40u, ColumnFlags.None, "CHAR(10)")]
    [TestCase(ColumnType.String, 4u, ColumnFlags.Enum, "ENUM")]
    [TestCase(ColumnType.String, 144u, ColumnFlags.Enum, "ENUM")]
    [TestCase(ColumnType.String, 12u, ColumnFlags.Set, "SET")]
    [TestCase(ColumnType.Enum, 4u, ColumnFlags.None, "ENUM")]
    [TestCase(ColumnType.Set, 4u, ColumnFlags.None, "SET")]
    [TestCase(ColumnType.VarString, 144u, ColumnFlags.None, "VARCHAR")]
    [TestCase(ColumnType.VarChar, 40u, ColumnFlags.None, "VARCHAR")]
    [TestCase(ColumnType.TinyBlob, 255u, ColumnFlags.Blob, "VARCHAR")]
    [TestCase(ColumnType.Blob, 65535u, ColumnFlags.Blob, "VARCHAR")]
    [TestCase(ColumnType.MediumBlob, 65535u, ColumnFlags.Blob, "VARCHAR")]
    [TestCase(ColumnType.LongBlob, uint.MaxValue, ColumnFlags.Blob | ColumnFlags.Binary, "VARCHAR")]
    [TestCase((ColumnType)200, 20u, ColumnFlags.None, "VARCHAR")]
    public void A_column_of_a_text_collation_is_a_string(ColumnType type, uint length, ColumnFlags flags, string name)
    {
        var column = new ColumnDefinition { Type = type, Length = length, Flags = flags, Collation = Utf8Mb4 };
        Assert.That(ValueKinds.Of(column, CellOptions.Default), Is.EqualTo(ValueKind.String));
        Assert.That(ValueKinds.DataTypeName(column, CellOptions.Default), Is.EqualTo(name));
    }

    [Test]
    public void A_tinyint_of_length_1_is_a_number_when_the_user_says_so()
    {
        var column = new ColumnDefinition { Type = ColumnType.Tiny, Length = 1, Collation = Binary };
        var options = new CellOptions { TreatTinyAsBoolean = false };
        Assert.That(ValueKinds.Of(column, options), Is.EqualTo(ValueKind.SByte));
        Assert.That(ValueKinds.DataTypeName(column, options), Is.EqualTo("TINYINT"));
    }

    [TestCase(Utf8Mb4, 144u, GuidFormat.Default, true)]
    [TestCase(Utf8Mb4, 144u, GuidFormat.Char36, true)]
    [TestCase(Utf8Mb3, 108u, GuidFormat.Char36, true)]
    [TestCase(Latin1, 36u, GuidFormat.Char36, true)]
    [TestCase(Utf8Mb4, 36u, GuidFormat.Char36, false)]
    [TestCase(Utf8Mb4, 140u, GuidFormat.Char36, false)]
    [TestCase(Utf8Mb4, 128u, GuidFormat.Char36, false)]
    [TestCase(Utf8Mb4, 144u, GuidFormat.None, false)]
    [TestCase(Utf8Mb4, 144u, GuidFormat.Char32, false)]
    [TestCase(Utf8Mb4, 144u, GuidFormat.Binary16, false)]
    [TestCase(Utf8Mb4, 128u, GuidFormat.Char32, true)]
    [TestCase(Latin1, 32u, GuidFormat.Char32, true)]
    [TestCase(Binary, 36u, GuidFormat.Char36, false)]
    [TestCase(Binary, 16u, GuidFormat.Binary16, true)]
    [TestCase(Binary, 16u, GuidFormat.TimeSwapBinary16, true)]
    [TestCase(Binary, 16u, GuidFormat.LittleEndianBinary16, true)]
    [TestCase(Binary, 17u, GuidFormat.Binary16, false)]
    [TestCase(Binary, 16u, GuidFormat.Char36, false)]
    [TestCase(Binary, 16u, GuidFormat.None, false)]
    public void A_char_is_a_guid_by_its_length_in_characters_and_the_format(ushort collation, uint length, GuidFormat format, bool isGuid)
    {
        var column = new ColumnDefinition { Type = ColumnType.String, Length = length, Collation = collation };
        Assert.That(ValueKinds.Of(column, new CellOptions { GuidFormat = format }) == ValueKind.Guid, Is.EqualTo(isGuid));
    }

    [Test]
    public void Of_varying_lengths_only_binary_may_be_a_guid()
    {
        var text = new ColumnDefinition { Type = ColumnType.VarString, Length = 144, Collation = Utf8Mb4 };
        var bytes = new ColumnDefinition { Type = ColumnType.VarString, Length = 16, Collation = Binary };
        Assert.That(ValueKinds.Of(text, CellOptions.Default), Is.EqualTo(ValueKind.String));
        Assert.That(ValueKinds.Of(bytes, new CellOptions { GuidFormat = GuidFormat.Binary16 }), Is.EqualTo(ValueKind.Guid));
    }

    [Test]
    public void A_guid_is_named_after_its_column()
    {
        Assert.That(Name(144, Utf8Mb4, GuidFormat.Char36), Is.EqualTo("CHAR(36)"));
        Assert.That(Name(128, Utf8Mb4, GuidFormat.Char32), Is.EqualTo("CHAR(32)"));
        Assert.That(Name(16, Binary, GuidFormat.Binary16), Is.EqualTo("BINARY(16)"));

        static string Name(uint length, ushort collation, GuidFormat format) =>
            ValueKinds.DataTypeName(new ColumnDefinition { Type = ColumnType.String, Length = length, Collation = collation }, new CellOptions { GuidFormat = format });
    }

    [Test]
    public void Every_kind_has_a_type()
    {
        foreach (var kind in Enum.GetValues<ValueKind>())
            Assert.That(ValueKinds.ClrType(kind), Is.Not.Null);
        Assert.That(ValueKinds.ClrType(ValueKind.Null), Is.EqualTo(typeof(object)));
        Assert.That(ValueKinds.ClrType(ValueKind.Year), Is.EqualTo(typeof(int)));
        Assert.That(ValueKinds.ClrType(ValueKind.Bit), Is.EqualTo(typeof(ulong)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ValueKinds.ClrType((ValueKind)255));
    }
}
