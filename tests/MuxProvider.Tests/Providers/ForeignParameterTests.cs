using System.Data;
using System.Data.Common;

namespace MuxProvider.Tests;

/// <summary>Parameters of other providers in our collections.</summary>
public sealed class ForeignParameterTests
{
    [Test]
    public void What_comes_out_of_a_collection_is_what_went_in()
    {
        var (foreign, own) = (new FakeParameter("@a", 1), new MuxParameter("b", 2));
        var command = new MuxCommand();
        DbParameterCollection parameters = command.Parameters;

        Assert.That(parameters.Add(foreign), Is.Zero);
        Assert.That(parameters.Add(own), Is.EqualTo(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(parameters[0], Is.SameAs(foreign));
            Assert.That(parameters["A"], Is.SameAs(foreign));
            Assert.That(parameters[1], Is.SameAs(own));
            Assert.That(parameters.IndexOf(foreign), Is.Zero);
            Assert.That(parameters.Contains(foreign), Is.True);
            Assert.That(parameters.Contains(new FakeParameter("@a", 1)), Is.False);
            Assert.That(parameters.Cast<DbParameter>(), Is.EqualTo((DbParameter[])[foreign, own]));
            var copied = new DbParameter[2];
            parameters.CopyTo(copied, 0);
            Assert.That(copied, Is.EqualTo((DbParameter[])[foreign, own]));
        }

        parameters.Remove(foreign);
        Assert.That(parameters.Cast<DbParameter>(), Is.EqualTo((DbParameter[])[own]));
        Assert.That(() => parameters.Remove(foreign), Throws.ArgumentException);
    }

    [Test]
    public void Its_view_reads_and_writes_it()
    {
        var foreign = new FakeParameter("@a", 1);
        var command = new MuxCommand();
        command.Parameters.Add((object)foreign);
        var view = command.Parameters[0];

        view.Value = "x";
        view.Size = 5;
        view.Direction = ParameterDirection.InputOutput;
        view.DbType = DbType.AnsiString;
        view.ParameterName = "c";

        Assert.That((foreign.Value, foreign.Size, foreign.Direction, foreign.DbType, foreign.ParameterName), Is.EqualTo(((object)"x", 5, ParameterDirection.InputOutput, DbType.AnsiString, "c")));
        foreign.Value = 7;
        foreign.ParameterName = "@d";
        Assert.That((view.Value, view.ParameterName), Is.EqualTo(((object)7, "@d")));
        Assert.That(command.Parameters.IndexOf("D"), Is.Zero);
        Assert.That(command.Parameters.IndexOf("c"), Is.EqualTo(-1));
    }

    [Test]
    public void A_name_that_is_taken_is_refused_and_many_are_found()
    {
        var command = new MuxCommand();
        for (var i = 0; i < 40; i++)
            command.Parameters.Add((object)new FakeParameter($"@p{i}", i));

        Assert.That(() => command.Parameters.Add((object)new FakeParameter("P7", 0)), Throws.ArgumentException.With.Message.Contains("'P7'"));
        for (var i = 0; i < 40; i++)
            Assert.That(command.Parameters[$"p{i}"].Value, Is.EqualTo(i));
        ((DbParameterCollection)command.Parameters)[3].ParameterName = "other";
        Assert.That(command.Parameters["@other"].Value, Is.EqualTo(3));
        Assert.That(command.Parameters.IndexOf("p3"), Is.EqualTo(-1));
    }

    [Test]
    public void One_takes_the_place_of_another()
    {
        var command = new MuxCommand();
        command.Parameters.AddWithValue("a", 1);
        var foreign = new FakeParameter("a", 2);

        ((DbParameterCollection)command.Parameters)["a"] = foreign;
        ((DbParameterCollection)command.Parameters)["a"] = foreign;

        Assert.That(((DbParameterCollection)command.Parameters)[0], Is.SameAs(foreign));
        command.Parameters.Clear();
        command.Parameters.AddWithValue("a", 1);
        Assert.That(command.Parameters.Cast<object>().Single(), Is.TypeOf<MuxParameter>());
    }

    [Test]
    public void Our_own_links_are_sent_the_value()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @a, ?b, @c, @d, @e", connection);
        command.Parameters.Add((object)new FakeParameter("@a", 5));
        command.Parameters.Add((object)new FakeParameter("b", "longer") { Size = 4 });
        command.Parameters.Add((object)new FakeParameter("c", DayOfWeek.Friday));
        command.Parameters.Add((object)new FakeParameter("d", 12) { DbType = DbType.String });
        command.Parameters.Add((object)new FakeParameter("e", DBNull.Value));

        command.ExecuteNonQuery();

        Assert.That(handle.Sent[^1], Is.EqualTo("SELECT 5, 'long', 5, '12', NULL"));
    }

    [Test]
    public void Links_over_its_provider_take_it_as_it_is()
    {
        var copyable = new CopyableParameter("a", 1);
        var command = new MuxCommand();
        command.Parameters.Add((object)copyable);
        command.Parameters.Add((object)new FakeParameter("b", 2));
        command.Parameters.Add((object)new CopyableParameter("c", 3) { Direction = ParameterDirection.InputOutput });
        command.Parameters.AddWithValue("d", 4);

        object? Bound(int index, Type? passed) => ForeignParameters.Bound(command.Parameters[index], passed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Bound(0, typeof(CopyableParameter)), Is.SameAs(copyable));
            Assert.That(Bound(0, typeof(FakeParameter)), Is.SameAs(copyable), "of a type that is derived");
            Assert.That(Bound(0, typeof(MuxParameter)), Is.EqualTo(1), "of another provider than the links'");
            Assert.That(Bound(0, null), Is.EqualTo(1), "no provider underneath");
            Assert.That(Bound(1, typeof(FakeParameter)), Is.EqualTo(2), "a link could not copy it");
            Assert.That(Bound(2, typeof(CopyableParameter)), Is.EqualTo(3), "a routine's variable is set to its value");
            Assert.That(Bound(3, typeof(CopyableParameter)), Is.EqualTo(4), "one of ours");
        }
    }

    [Test]
    public void A_copy_of_the_command_has_copies()
    {
        var command = new MuxCommand();
        var (copyable, plain) = (new CopyableParameter("a", 1), new FakeParameter("b", 2) { DbType = DbType.String, Size = 3 });
        command.Parameters.Add((object)copyable);
        command.Parameters.Add((object)plain);

        var clone = command.Clone();

        DbParameterCollection copies = clone.Parameters;
        Assert.That(copies[0], Is.TypeOf<CopyableParameter>().And.Not.SameAs(copyable));
        Assert.That(copies[1], Is.TypeOf<MuxParameter>());
        Assert.That((copies[0].Value, copies[1].Value, copies[1].DbType, copies[1].Size), Is.EqualTo(((object)1, (object)2, DbType.String, 3)));
    }

    [Test]
    public void A_collection_that_changes_cannot_be_walked_on()
    {
        var command = new MuxCommand();
        command.Parameters.Add((object)new FakeParameter("a", 1));
        command.Parameters.Add((object)new FakeParameter("b", 1));

        Assert.That(
            () =>
            {
                foreach (var parameter in command.Parameters)
                    command.Parameters.Add((object)new FakeParameter("c", 1));
            },
            Throws.InvalidOperationException);
    }
}
