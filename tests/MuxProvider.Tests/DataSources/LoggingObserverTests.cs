using Microsoft.Extensions.Logging;
using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

/// <summary>What is written to the log of a data source.</summary>
public class LoggingObserverTests
{
    private readonly RecordingLogger _log = new();
    private Multiplexer? _multiplexer;

    [SetUp]
    public void Forget()
    {
        _log.Lines.Clear();
        _log.Failure = null;
    }

    [Test]
    public void The_first_pin_of_a_reason_is_information_with_its_statement()
    {
        Observer().OnFirstPin(PinReasons.TemporaryTable, "CREATE TEMPORARY TABLE t (a INT DEFAULT ?)");
        var (level, id, text, values) = _log.Lines.Single();
        Assert.Multiple(() =>
        {
            Assert.That(_log.Category, Is.EqualTo("MuxProvider.Multiplexing"));
            Assert.That(level, Is.EqualTo(LogLevel.Information));
            Assert.That((id.Id, id.Name), Is.EqualTo((101, "FirstPin")));
            Assert.That(text, Does.Contain("TemporaryTable").And.EndsWith("CREATE TEMPORARY TABLE t (a INT DEFAULT ?)"));
            Assert.That(values["Reason"], Is.EqualTo(PinReasons.TemporaryTable));
            Assert.That(values["Statement"], Is.EqualTo("CREATE TEMPORARY TABLE t (a INT DEFAULT ?)"));
        });
    }

    [Test]
    public void A_pin_without_statement_says_so()
    {
        Observer().OnFirstPin(PinReasons.Requested, "");
        Assert.That(_log.Lines.Single().Text, Does.Contain("Requested").And.EndsWith("(no statement)"));
    }

    [Test]
    public void A_leak_alarm_is_a_warning_with_its_statement()
    {
        Observer().OnLeakAlarm("SELECT f(?)");
        var (level, id, text, values) = _log.Lines.Single();
        Assert.Multiple(() =>
        {
            Assert.That(level, Is.EqualTo(LogLevel.Warning));
            Assert.That((id.Id, id.Name), Is.EqualTo((102, "LeakAlarm")));
            Assert.That(text, Does.EndWith("SELECT f(?)"));
            Assert.That(values["Statement"], Is.EqualTo("SELECT f(?)"));
        });
    }

    [Test]
    public void A_log_that_fails_fails_nothing_else()
    {
        var observer = Observer();
        _log.Failure = new InvalidOperationException("disk full");
        Assert.That(() => observer.OnFirstPin(PinReasons.Role, "SET ROLE a"), Throws.Nothing);
        Assert.That(() => observer.OnLeakAlarm("SELECT 1"), Throws.Nothing);
    }

    [Test]
    public void Without_a_log_nobody_observes()
    {
        using var source = Builder().UseLoggerFactory(_log).UseLoggerFactory(null).Build();
        Assert.That(_multiplexer!.Observer, Is.Null);
    }

    private IMultiplexerObserver Observer()
    {
        using var source = Builder().UseLoggerFactory(_log).Build();
        return _multiplexer!.Observer!;
    }

    private MuxDataSourceBuilder Builder() => new("Server=a", (options, _) => _multiplexer = MultiplexerFactory.Create(options));
}
