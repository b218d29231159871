namespace MuxProvider.Protocol;

/// <summary>
/// What a collation number tells: how wide the characters of its character set can be. Covers
/// <see href="https://dev.mysql.com/doc/refman/8.4/en/charset-charsets.html">MySQL's</see> and
/// <see href="https://mariadb.com/kb/en/supported-character-sets-and-collations/">MariaDB's</see> numbers.
/// </summary>
public static class Collations
{
    /// <summary>The most bytes a character takes: the factor between a column's length in characters and the length the server reports.</summary>
    /// <param name="collation">The collation number.</param>
    /// <returns>1 to 4 bytes; 1 also for binary and for a number not known here.</returns>
    public static int BytesPerCharacter(ushort collation) =>
        collation switch
        {
            45 or 46 or (>= 224 and <= 247) or (>= 255 and <= 323) => 4, // utf8mb4
            33 or 76 or 83 or (>= 192 and <= 215) or 223 => 3, // utf8mb3
            8 or 63 => 1, // latin1, binary: common, so asked early
            54 or 55 or 56 or 60 or 61 or 62 or (>= 101 and <= 124) or (>= 160 and <= 183) => 4, // utf16, utf16le, utf32
            248 or 249 or 250 => 4, // gb18030
            12 or 91 or 97 or 98 => 3, // ujis, eucjpms
            1 or 84 or 13 or 88 or 95 or 96 or 19 or 85 or 24 or 86 or 28 or 87 => 2, // big5, sjis, cp932, euckr, gb2312, gbk
            35 or 90 or (>= 128 and <= 151) or 159 => 2, // ucs2
            >= 576 => MariaDb(collation),
            _ => 1,
        };

    private static int MariaDb(ushort collation) =>
        collation switch
        {
            <= 578 => 3,
            >= 608 and <= 610 => 4,
            >= 640 and <= 642 => 2,
            (>= 672 and <= 674) or (>= 736 and <= 738) => 4,
            // A collation that does not pad has the number of the one that does, plus 1024.
            >= 1024 and < 2048 => BytesPerCharacter((ushort)(collation - 1024)),
            // The uca1400 family: 256 numbers for each of utf8mb3, utf8mb4, ucs2, utf16, utf32.
            >= 2048 and < 2304 => 3,
            >= 2304 and < 2560 => 4,
            >= 2560 and < 2816 => 2,
            >= 2816 and < 3328 => 4,
            _ => 1,
        };
}
