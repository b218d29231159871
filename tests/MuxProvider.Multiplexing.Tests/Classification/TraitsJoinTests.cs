using System.Collections.Immutable;
using System.Reflection;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Two readings of one text: whatever one of them warns of counts.</summary>
[TestFixture]
public sealed class TraitsJoinTests
{
    private static readonly PropertyInfo[] s_members = [.. typeof(StatementTraits).GetProperties().Where(p => p.CanWrite)];

    // The members that promise something: they stay only if both readings have them.
    private static readonly string[] s_promises =
    [
        nameof(StatementTraits.IsReadOnly), nameof(StatementTraits.IsTransactionControl), nameof(StatementTraits.IsClean),
        nameof(StatementTraits.ConsistsOfNothing), nameof(StatementTraits.Closes), nameof(StatementTraits.NamedLockCall),
        nameof(StatementTraits.LocalAnswer), nameof(StatementTraits.LocalColumn), nameof(StatementTraits.Schema),
        nameof(StatementTraits.NextTransaction), nameof(StatementTraits.Settings), nameof(StatementTraits.Keyword),
        nameof(StatementTraits.FloatsWithCleanRoutines), nameof(StatementTraits.TakenSequences), nameof(StatementTraits.HasTrackerNoise),
    ];

    [Test]
    public void A_member_that_both_have_stays([ValueSource(nameof(s_members))] PropertyInfo member)
    {
        var traits = With(member);
        Assert.That(Text(member, TraitsJoin.Join(traits, With(member))), Is.EqualTo(Text(member, traits)), $"TraitsJoin does not know {member.Name}");
    }

    [Test]
    public void A_member_that_warns_counts_from_either_side([ValueSource(nameof(s_members))] PropertyInfo member)
    {
        var plain = new StatementTraits { Placement = Placement.Float };
        foreach (var joined in new[] { TraitsJoin.Join(With(member), plain), TraitsJoin.Join(plain, With(member)) })
        {
            if (!s_promises.Contains(member.Name))
                Assert.That(Text(member, joined), Is.EqualTo(Text(member, With(member))));
            else if (member.PropertyType == typeof(bool))
                Assert.That(member.GetValue(joined), Is.False);
        }
    }

    [TestCase(nameof(StatementTraits.LocalAnswer))]
    [TestCase(nameof(StatementTraits.LocalColumn))]
    [TestCase(nameof(StatementTraits.Schema))]
    [TestCase(nameof(StatementTraits.NextTransaction))]
    [TestCase(nameof(StatementTraits.Settings))]
    [TestCase(nameof(StatementTraits.KilledThread))]
    public void What_the_multiplexer_would_do_itself_pins_where_the_readings_differ(string name)
    {
        var member = s_members.Single(p => p.Name == name);
        var joined = TraitsJoin.Join(With(member), new StatementTraits { Placement = Placement.Float, IsClean = true, IsTransactionControl = true });
        Assert.Multiple(() =>
        {
            Assert.That(joined.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(joined.PinReasons, Is.EqualTo(PinReasons.Unknown));
            Assert.That(joined.LocalAnswer, Is.EqualTo(LocalAnswer.None));
            Assert.That(joined.NextTransaction, Is.Null);
            Assert.That(joined.Schema, Is.Null);
            Assert.That(joined.IsClean, Is.False);
            Assert.That(joined.IsTransactionControl, Is.False);
            Assert.That(joined.AffectsGeneratedId, Is.True);
        });
    }

    [Test]
    public void What_one_reading_does_not_drop_stays_open()
    {
        SessionObject a = new(PinReasons.TemporaryTable, "a"), b = new(PinReasons.TemporaryTable, "b");
        var joined = TraitsJoin.Join(
            new StatementTraits { Placement = Placement.Pin, Opens = [a], Closes = [a, b] },
            new StatementTraits { Placement = Placement.Pin, Opens = [b, a], Closes = [b] });
        Assert.That(joined.Opens, Is.EqualTo(new[] { a, b }));
        Assert.That(joined.Closes, Is.EqualTo(new[] { b }));
    }

    [Test]
    public void A_refusal_keeps_its_reason()
    {
        var joined = TraitsJoin.Join(
            new StatementTraits { Placement = Placement.Float },
            new StatementTraits { Placement = Placement.Reject, Rejection = "no" });
        Assert.That((joined.Placement, joined.Rejection), Is.EqualTo((Placement.Reject, "no")));
    }

    private static StatementTraits With(PropertyInfo member)
    {
        var traits = new StatementTraits { Placement = Placement.Float };
        member.SetValue(traits, Sample(member.PropertyType));
        return traits;
    }

    private static object Sample(Type type)
    {
        if (type == typeof(bool))
            return true;
        if (type == typeof(bool?))
            return true;
        if (type == typeof(string))
            return "x";
        if (type == typeof(int))
            return 3;
        if (type == typeof(ulong?))
            return 5UL;
        if (type == typeof(ImmutableArray<SettingChange>))
            return ImmutableArray.Create(new SettingChange("time_zone", "'+00:00'", true));
        if (type == typeof(ImmutableArray<SessionObject>))
            return ImmutableArray.Create(new SessionObject(PinReasons.Handler, "t"));
        if (type == typeof(ImmutableArray<string>))
            return ImmutableArray.Create("F");
        if (type.IsEnum)
            return Enum.ToObject(type, 1);
        throw new NotSupportedException($"Give a sample of {type} here.");
    }

    private static string? Text(PropertyInfo member, StatementTraits traits) => member.GetValue(traits) switch
    {
        ImmutableArray<SettingChange> settings => string.Join(' ', settings),
        ImmutableArray<SessionObject> objects => string.Join(' ', objects),
        ImmutableArray<string> names => string.Join(' ', names),
        var value => value?.ToString(),
    };
}
