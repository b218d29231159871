namespace MuxProvider;

/// <summary>How a value stands in the data of LOAD DATA.</summary>
internal enum BulkEncoding : byte
{
    /// <summary>As text.</summary>
    Text,

    /// <summary>As hexadecimal digits: bytes that are no text in any character set.</summary>
    Hex,

    /// <summary>As a decimal number: BIT columns would take text for bits.</summary>
    Bits,

    /// <summary>As text for a variable; bytes as hexadecimal digits.</summary>
    Variable,
}
