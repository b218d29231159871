namespace MuxProvider.Multiplexing.Tests;

/// <summary>The semicolons of a body do not end the statement that defines it.</summary>
[TestFixture]
public sealed class RoutineSplittingTests
{
    [TestCase("CREATE PROCEDURE p() BEGIN SELECT 1; IF a THEN SELECT 2; END IF; SELECT CASE WHEN 1 THEN 2 END; END", 1)]
    [TestCase("CREATE OR REPLACE DEFINER = a@b FUNCTION f() RETURNS INT BEGIN RETURN 1; END; SELECT 1", 2)]
    [TestCase("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.b = 2; END", 1)]
    [TestCase("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; DELETE FROM u; END; SELECT 1; SELECT 2", 3)]
    [TestCase("ALTER EVENT e DO BEGIN SELECT 1; CASE a WHEN 1 THEN SELECT 2; END CASE; END", 1)]
    [TestCase("CREATE PROCEDURE p() SELECT 1; SELECT 2", 2)]
    public void A_routine_is_one_statement(string text, int count)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That(traits.StatementCount, Is.EqualTo(count));
        Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease));
    }

    [TestCase("CREATE PROCEDURE p AS x INT; y INT; BEGIN SELECT 1; END", 1)]
    [TestCase("CREATE PROCEDURE p (a INT) IS BEGIN SELECT 1; BEGIN SELECT 2; END; END p; SELECT 1", 2)]
    [TestCase("CREATE FUNCTION f (a VARCHAR(10)) RETURN INT AS x INT := 1; BEGIN RETURN x; END;", 1)]
    [TestCase("CREATE OR REPLACE PACKAGE p AS PROCEDURE q; FUNCTION f RETURN INT; END; SELECT 1", 2)]
    [TestCase("CREATE DEFINER=a@b PACKAGE BODY p AS x INT; PROCEDURE q AS y INT; BEGIN SELECT 1; END; PROCEDURE r IS BEGIN NULL; END; END p", 1)]
    [TestCase("CREATE PROCEDURE p() SELECT 1; SELECT 2", 2)]
    public void So_is_one_with_declarations_in_front_of_its_BEGIN(string text, int count)
    {
        var traits = StatementParser.Parse(text, SqlModes.Oracle).Traits;
        Assert.That(traits.StatementCount, Is.EqualTo(count), traits.ToString());
        Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease), traits.ToString());
    }

    [TestCase("CREATE PACKAGE BODY p AS PROCEDURE q AS BEGIN NULL; END; BEGIN SET x = 1; END; SET ROLE r")]
    [TestCase("CREATE PROCEDURE p AS x INT; SET ROLE r")]
    [TestCase("CREATE PACKAGE p; SET ROLE r")]
    [TestCase("CREATE PROCEDURE p AS x INT; BEGIN SELECT 1; END p q; SET ROLE r")]
    [TestCase("CREATE PACKAGE p AS x INT; END; SET ROLE r")]
    public void Where_the_end_is_not_certain_the_text_pins(string text) =>
        Assert.That(StatementParser.Parse(text, SqlModes.Oracle).Traits.Placement, Is.EqualTo(Placement.Pin));

    [Test]
    public void Definitions_without_an_end_are_read_once()
    {
        // A quadratic reader would never come back.
        var text = string.Concat(Enumerable.Repeat("CREATE PROCEDURE p AS BEGIN NULL; END; CREATE PACKAGE p AS END;", 100_000));
        Assert.That(StatementParser.Parse(text, SqlModes.Oracle).Traits.StatementCount, Is.EqualTo(200_000));
        text = string.Concat(Enumerable.Repeat("CREATE PROCEDURE p (", 200_000));
        Assert.That(StatementParser.Parse(text, SqlModes.Oracle).Traits.StatementCount, Is.EqualTo(1));
        text = string.Concat(Enumerable.Repeat("CREATE PROCEDURE p (;", 200_000));
        Assert.That(StatementParser.Parse(text, SqlModes.Oracle).Traits.StatementCount, Is.EqualTo(200_000));
    }
}
