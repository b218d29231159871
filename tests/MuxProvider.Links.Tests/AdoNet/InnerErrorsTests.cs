using MuxProvider.Links.AdoNet;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class InnerErrorsTests
{
    [Test]
    public void The_server_s_number_is_found_wherever_a_driver_keeps_it()
    {
        var inData = new FakeDbException(0, "", "x");
        inData.Data["Server Error Code"] = 1054;
        Assert.That(InnerErrors.ServerError(inData)?.Code, Is.EqualTo(1054));
        Assert.That(InnerErrors.ServerError(new FakeDbException(1213, "40001", "deadlock")), Is.EqualTo(new Protocol.ErrPacket(1213, "40001", "deadlock")));
        Assert.That(InnerErrors.ServerError(new InvalidOperationException("outer", new FakeDbException(1146, "42S02", "inner")))?.Code, Is.EqualTo(1146));
        Assert.That(InnerErrors.ServerError(new FakeDbException(1146, "", "no state"))?.SqlState, Is.EqualTo("HY000"));
    }

    [TestCase(0)]
    [TestCase(2006)]
    [TestCase(2013)]
    [TestCase(70000)]
    public void What_the_driver_says_of_itself_is_not_the_server_s(int number) =>
        Assert.That(InnerErrors.ServerError(new FakeDbException(number, "HY000", "gone")), Is.Null);

    [Test]
    public void An_exception_that_is_no_driver_s_is_not_the_server_s() =>
        Assert.That(InnerErrors.ServerError(new TimeoutException("late")), Is.Null);
}
