namespace MuxProvider;

/// <summary>The collections of <see cref="MuxConnection.GetSchema(string, string[])"/>.</summary>
internal static class SchemaCollectionList
{
    /// <summary>All of them, in the order of MetaDataCollections.</summary>
    public static readonly SchemaCollection[] All =
    [
        new("MetaDataCollections", 0, null),
        View("CharacterSets", "CHARACTER_SETS", 1),
        View("Collations", "COLLATIONS", 1),
        View("CollationCharacterSetApplicability", "COLLATION_CHARACTER_SET_APPLICABILITY", 1),
        new(
            "Columns",
            4,
            "SELECT TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_TYPE, COLUMN_KEY, EXTRA, PRIVILEGES, COLUMN_COMMENT, GENERATION_EXPRESSION FROM information_schema.COLUMNS",
            new("Catalog", "TABLE_CATALOG"),
            new("Schema", "TABLE_SCHEMA"),
            new("Table", "TABLE_NAME"),
            new("Column", "COLUMN_NAME")),
        new("Databases", 1, "SELECT CATALOG_NAME, SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SQL_PATH FROM information_schema.SCHEMATA"),
        new("DataSourceInformation", 0, null),
        new("DataTypes", 0, null),
        View("Engines", "ENGINES", 1),
        View("KeyColumnUsage", "KEY_COLUMN_USAGE", 4),
        View("KeyWords", "KEYWORDS", 1) with { ColumnsWhereUnknown = ["WORD"] },
        View("Parameters", "PARAMETERS", 3),
        View("Partitions", "PARTITIONS", 4),
        View("Plugins", "PLUGINS", 1),
        View("Procedures", "ROUTINES", 3),
        View("ProcessList", "PROCESSLIST", 1),
        View("Profiling", "PROFILING", 1) with { ColumnsWhereUnknown = ["QUERY_ID", "SEQ", "STATE", "DURATION"] },
        View("ReferentialConstraints", "REFERENTIAL_CONSTRAINTS", 3),
        new("ReservedWords", 0, null),
        View("ResourceGroups", "RESOURCE_GROUPS", 1) with
        {
            ColumnsWhereUnknown = ["RESOURCE_GROUP_NAME", "RESOURCE_GROUP_TYPE", "RESOURCE_GROUP_ENABLED", "VCPU_IDS", "THREAD_PRIORITY"],
        },
        new("Restrictions", 0, null),
        View("SchemaPrivileges", "SCHEMA_PRIVILEGES", 3),
        new(
            "Tables",
            3,
            "SELECT TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, VERSION, ROW_FORMAT, TABLE_ROWS, AVG_ROW_LENGTH, DATA_LENGTH, MAX_DATA_LENGTH, INDEX_LENGTH, DATA_FREE, AUTO_INCREMENT, CREATE_TIME, UPDATE_TIME, CHECK_TIME, TABLE_COLLATION, CHECKSUM, CREATE_OPTIONS, TABLE_COMMENT FROM information_schema.TABLES",
            new("Catalog", "TABLE_CATALOG"),
            new("Schema", "TABLE_SCHEMA"),
            new("Table", "TABLE_NAME"),
            new("TableType", "TABLE_TYPE")),
        View("TableConstraints", "TABLE_CONSTRAINTS", 3),
        View("TablePrivileges", "TABLE_PRIVILEGES", 4),
        View("Triggers", "TRIGGERS", 3),
        View("UserPrivileges", "USER_PRIVILEGES", 2),
        View("Views", "VIEWS", 3),
        new(
            "Foreign Keys",
            4,
            "SELECT r.CONSTRAINT_CATALOG, r.CONSTRAINT_SCHEMA, r.CONSTRAINT_NAME, t.CONSTRAINT_CATALOG AS TABLE_CATALOG, t.TABLE_SCHEMA, r.TABLE_NAME, r.MATCH_OPTION, r.UPDATE_RULE, r.DELETE_RULE, r.UNIQUE_CONSTRAINT_CATALOG AS REFERENCED_TABLE_CATALOG, r.UNIQUE_CONSTRAINT_SCHEMA AS REFERENCED_TABLE_SCHEMA, r.REFERENCED_TABLE_NAME"
                + " FROM information_schema.REFERENTIAL_CONSTRAINTS AS r JOIN information_schema.TABLE_CONSTRAINTS AS t"
                + " ON t.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND t.TABLE_NAME = r.TABLE_NAME AND t.CONSTRAINT_NAME = r.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'FOREIGN KEY'",
            new("Catalog", "r.CONSTRAINT_CATALOG"),
            new("Schema", "r.CONSTRAINT_SCHEMA"),
            new("Table", "r.TABLE_NAME"),
            new("Constraint Name", "r.CONSTRAINT_NAME")),
        new(
            "Indexes",
            4,
            "SELECT TABLE_CATALOG AS INDEX_CATALOG, INDEX_SCHEMA, INDEX_NAME, TABLE_NAME, MAX(NON_UNIQUE) = 0 AS `UNIQUE`, INDEX_NAME = 'PRIMARY' AS `PRIMARY`, MAX(INDEX_TYPE) AS TYPE, MAX(INDEX_COMMENT) AS COMMENT FROM information_schema.STATISTICS",
            new("Catalog", "TABLE_CATALOG"),
            new("Schema", "TABLE_SCHEMA"),
            new("Table", "TABLE_NAME"),
            new("Name", "INDEX_NAME"))
        {
            Grouping = " GROUP BY TABLE_CATALOG, INDEX_SCHEMA, INDEX_NAME, TABLE_NAME",
        },
        new(
            "IndexColumns",
            5,
            "SELECT TABLE_CATALOG AS INDEX_CATALOG, INDEX_SCHEMA, INDEX_NAME, TABLE_NAME, COLUMN_NAME, SEQ_IN_INDEX AS ORDINAL_POSITION, COLLATION AS SORT_ORDER FROM information_schema.STATISTICS",
            new("Catalog", "TABLE_CATALOG"),
            new("Schema", "TABLE_SCHEMA"),
            new("Table", "TABLE_NAME"),
            new("Name", "INDEX_NAME"),
            new("Column", "COLUMN_NAME"))
        {
            Grouping = " ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        },
    ];

    // A view of information_schema as the server has it: what its columns are differs between servers.
    private static SchemaCollection View(string name, string view, int identifierParts) =>
        new(name, identifierParts, "SELECT * FROM information_schema." + view);
}
