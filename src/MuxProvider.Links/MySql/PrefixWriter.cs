using System.Buffers.Text;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// Writes the statements that stand in front of a request: <c>SET …;USE …;</c> and what its terms ask for. Variables are
/// written without a scope, which means the session's. Guarded by its link's lock.
/// </summary>
/// <param name="facts">What a fresh session of the link is like.</param>
internal sealed class PrefixWriter(LinkFacts facts)
{
    private const string SqlMode = "sql_mode";
    private const string Collation = "collation_connection";
    private readonly ByteWriter _text = new();
    private bool _isInSet;

    /// <summary>Writes a prefix.</summary>
    /// <param name="parts">Of what.</param>
    /// <param name="settings">The settings; null where no part asks for them.</param>
    /// <param name="label">What is known of the session.</param>
    /// <param name="generatedId">What <c>LAST_INSERT_ID()</c> has to be.</param>
    /// <param name="before">The statement that has to stand in front.</param>
    /// <param name="begin">The statement that begins a transaction.</param>
    /// <returns>The text in UTF-8, each statement with its semicolon; valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(PrefixParts parts, Settings? settings, SessionLabel label, ulong? generatedId, string? before, string? begin)
    {
        _text.Clear(keepAtMost: 4096);
        _isInSet = false;
        if ((parts & PrefixParts.Variables) != 0)
            WriteVariables(settings!.Variables, label);
        if ((parts & PrefixParts.GeneratedId) != 0)
            WriteGeneratedId(generatedId!.Value);
        if (_isInSet)
            _text.WriteByte((byte)';');
        if ((parts & PrefixParts.Schema) != 0)
            WriteUse(settings!.Schema!);
        if ((parts & PrefixParts.Before) != 0)
        {
            _text.WriteUtf8(before);
            _text.WriteByte((byte)';');
        }

        if ((parts & PrefixParts.Begin) != 0)
        {
            _text.WriteUtf8(begin);
            _text.WriteByte((byte)';');
        }

        return _text.WrittenSpan;
    }

    /// <summary>Writes one statement of a prefix, without its semicolon; see <see cref="Write"/>.</summary>
    public string WriteText(PrefixParts part, Settings? settings, SessionLabel label, ulong? generatedId, string? before, string? begin) =>
        Encoding.UTF8.GetString(Write(part, settings, label, generatedId, before, begin)[..^1]);

    private void WriteVariables(SessionVariables wanted, SessionLabel label)
    {
        var known = label.Variables;
        var found = known ?? label.Touched;

        // NAMES can only stand first.
        if (found[Collation] is not null && wanted[Collation] is null)
        {
            BeginAssignment();
            _text.Write("NAMES utf8mb4"u8);
        }

        foreach (var (name, value) in wanted.Items)
        {
            if (known is null || known[name] != value)
                Assign(name, value);
        }

        foreach (var (name, _) in found.Items)
        {
            if (wanted[name] is null && name != Collation)
                Restore(name);
        }
    }

    private void Restore(string name)
    {
        switch (name)
        {
            case SqlMode:
                // Values are written for the mode of the login, and DEFAULT may be another by now.
                BeginAssignment();
                _text.Write("sql_mode='"u8);
                _text.WriteUtf8(facts.SqlMode);
                _text.WriteByte((byte)'\'');
                break;

            // MySQL keeps these two the other way round, and takes their DEFAULT for off.
            case "foreign_key_checks":
                Assign(name, "@@GLOBAL.foreign_key_checks");
                break;

            case "unique_checks":
                Assign(name, "@@GLOBAL.unique_checks");
                break;

            default:
                Assign(name, "DEFAULT");
                break;
        }
    }

    private void Assign(string name, string value)
    {
        BeginAssignment();
        _text.WriteUtf8(facts.ServerVersion.VariableName(name));
        _text.WriteByte((byte)'=');
        _text.WriteUtf8(value);
    }

    private void WriteGeneratedId(ulong id)
    {
        BeginAssignment();
        _text.Write("last_insert_id="u8);
        Utf8Formatter.TryFormat(id, _text.GetSpan(20), out var length);
        _text.Advance(length);
    }

    private void WriteUse(string schema)
    {
        _text.Write("USE `"u8);
        _text.WriteUtf8(schema.Contains('`', StringComparison.Ordinal) ? schema.Replace("`", "``", StringComparison.Ordinal) : schema);
        _text.Write("`;"u8);
    }

    private void BeginAssignment()
    {
        _text.Write(_isInSet ? ","u8 : "SET "u8);
        _isInSet = true;
    }
}
