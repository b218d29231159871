using MuxProvider.Links;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Texts whose user variables are all their own: the provider's, for output parameters.</summary>
public class OwnVariableTests
{
    private const string Call = "SELECT ? INTO @v;CALL p(?,@v);SELECT @v;SELECT NULL INTO @v";

    [Test]
    public void A_call_with_variables_of_its_own_leases_and_is_not_clean()
    {
        var parsed = StatementParser.Parse(Call, SqlModes.None);
        var traits = parsed.TraitsWithOwnVariables;
        Assert.Multiple(() =>
        {
            Assert.That(parsed.TraitsWithUserVariables.PinReasons, Is.EqualTo(PinReasons.UserVariable));
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease));
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsClean, Is.False, "a reset takes the variables away");
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.CallsRoutines, Is.True);
            Assert.That(traits.CalledRoutines, Is.EqualTo(new[] { "P" }));
        });
    }

    [TestCase("BEGIN;" + Call, Placement.Pin, PinReasons.Transaction)]
    [TestCase("CREATE TEMPORARY TABLE t (a INT);" + Call, Placement.Pin, PinReasons.TemporaryTable)]
    [TestCase("SELECT 'x;" + Call, Placement.Reject, null)]
    [TestCase("SELECT @v", Placement.StatementLease, PinReasons.None)]
    public void What_else_a_text_does_is_judged_as_ever(string text, Placement? placement, PinReasons? reasons)
    {
        var parsed = StatementParser.Parse(text, SqlModes.None);
        var traits = parsed.TraitsWithOwnVariables;
        Assert.That(traits.Placement, Is.EqualTo(placement ?? parsed.Traits.Placement));
        Assert.That(traits.PinReasons, Is.EqualTo(reasons ?? (parsed.Traits.PinReasons & ~PinReasons.UserVariable)));
    }

    [Test]
    public void A_statement_knows_whose_variables_it_has()
    {
        var parsed = StatementParser.Parse("SELECT ?, @v", SqlModes.None);
        var statement = new Statement(parsed.Text);
        statement.Reset(parsed.Text);
        statement.Bind(1);
        statement.LeaveOwnVariable();
        Assert.That((statement.HasOwnVariables, statement.HasUserVariables, statement.IsBound(0), statement.IsBound(1)), Is.EqualTo((true, false, true, false)));
        statement.Reset(parsed.Text);
        Assert.That(statement.HasOwnVariables, Is.False);
    }
}
