using System.Diagnostics.CodeAnalysis;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <content>The values of the current row.</content>
public sealed partial class MuxDataReader
{
    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => CellAt(ordinal).IsNull;

    /// <inheritdoc/>
    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        try
        {
            return Task.FromResult(IsDBNull(ordinal));
        }
        catch (Exception error)
        {
            return Task.FromException<bool>(error);
        }
    }

    /// <summary>The type of a column's values. Follows from the column alone, never from a row.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The type that <see cref="GetValue"/> returns where the cell is not NULL.</returns>
    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public override Type GetFieldType(int ordinal)
    {
        Column(ordinal);
        return FieldTypes.Of(_shape!.Kind(ordinal), _conversation.Settings.Cells);
    }

    /// <inheritdoc/>
    public override object GetValue(int ordinal) => FieldTypes.ValueOf(CellAt(ordinal), _conversation.Settings.Cells);

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => CellAt(ordinal).GetBoolean();

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => CellAt(ordinal).GetByte();

    /// <summary>The cell as a signed byte.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public sbyte GetSByte(int ordinal) => CellAt(ordinal).GetSByte();

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => CellAt(ordinal).GetInt16();

    /// <summary>The cell as an unsigned number of 16 bits.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public ushort GetUInt16(int ordinal) => CellAt(ordinal).GetUInt16();

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => CellAt(ordinal).GetInt32();

    /// <summary>The cell as an unsigned number of 32 bits.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public uint GetUInt32(int ordinal) => CellAt(ordinal).GetUInt32();

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => CellAt(ordinal).GetInt64();

    /// <summary>The cell as an unsigned number of 64 bits.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public ulong GetUInt64(int ordinal) => CellAt(ordinal).GetUInt64();

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => CellAt(ordinal).GetDecimal();

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => CellAt(ordinal).GetDouble();

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => CellAt(ordinal).GetFloat();

    /// <inheritdoc/>
    public override string GetString(int ordinal) => CellAt(ordinal).GetString();

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => CellAt(ordinal).GetChar();

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => CellAt(ordinal).GetGuid();

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => CellAt(ordinal).GetDateTime();

    /// <summary>The cell's date and time, taken as UTC.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public DateTimeOffset GetDateTimeOffset(int ordinal) => CellAt(ordinal).GetDateTimeOffset();

    /// <summary>The cell's date.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public DateOnly GetDateOnly(int ordinal) => CellAt(ordinal).GetDateOnly();

    /// <summary>The cell as a time of day.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public TimeOnly GetTimeOnly(int ordinal) => CellAt(ordinal).GetTimeOnly();

    /// <summary>The cell as a span of time.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public TimeSpan GetTimeSpan(int ordinal) => CellAt(ordinal).GetTimeSpan();

    /// <summary>Copies bytes of a binary cell.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <param name="dataOffset">The first byte of the cell to copy.</param>
    /// <param name="buffer">Where to; null to ask for the length.</param>
    /// <param name="bufferOffset">Where in the buffer.</param>
    /// <param name="length">How many bytes at most.</param>
    /// <returns>The bytes copied, or the cell's length.</returns>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var cell = CellAt(ordinal);
        return buffer is null ? cell.GetBytesLength() : cell.CopyBytes(dataOffset, buffer.AsSpan(bufferOffset, length));
    }

    /// <summary>Copies characters of a text cell.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    /// <param name="dataOffset">The first character of the cell to copy.</param>
    /// <param name="buffer">Where to; null to ask for the length.</param>
    /// <param name="bufferOffset">Where in the buffer.</param>
    /// <param name="length">How many characters at most.</param>
    /// <returns>The characters copied, or the cell's length.</returns>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        var cell = CellAt(ordinal);
        return buffer is null ? cell.GetCharsLength() : cell.CopyChars(dataOffset, buffer.AsSpan(bufferOffset, length));
    }

    /// <inheritdoc/>
    public override Stream GetStream(int ordinal) => new MemoryStream(CellAt(ordinal).GetBytes(), writable: false);

    /// <inheritdoc/>
    public override TextReader GetTextReader(int ordinal) => new StringReader(CellAt(ordinal).GetString());

    /// <summary>
    /// The cell as <typeparamref name="T"/>, without boxing for the types that have a getter. NULL is null for
    /// <see cref="Nullable{T}"/> and <see cref="DBNull"/> for <see cref="object"/>, otherwise an
    /// <see cref="InvalidCastException"/>.
    /// </summary>
    /// <remarks>
    /// Beyond the getters: enums (from numbers, and by name from text, where a SET is several flags), <see cref="MuxDateTime"/>,
    /// <see cref="System.Numerics.BigInteger"/> of integers and DECIMAL, <see cref="string"/> of a DECIMAL with all of its digits, JSON
    /// as the types of <c>System.Text.Json</c>, memory and arrays of <see cref="byte"/> and <see cref="char"/>, streams and readers.
    /// </remarks>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="ordinal">The column, from 0.</param>
    /// <returns>The value.</returns>
    public override T GetFieldValue<T>(int ordinal) => CellConversion.To<T>(CellAt(ordinal), _conversation.Settings.Cells);

    /// <inheritdoc/>
    public override Task<T> GetFieldValueAsync<T>(int ordinal, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        try
        {
            return Task.FromResult(GetFieldValue<T>(ordinal));
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
    }
}
