using System.Net.Sockets;
using MuxProvider.Links.MySql;

namespace MuxProvider.Links.Tests;

/// <summary>A server that has gone without a word is noticed by the kernel.</summary>
[TestFixture]
public sealed class UserTimeoutTests
{
    [Test]
    [Platform("Linux", Reason = "Other systems have no such option.")]
    public void The_time_for_which_nothing_need_be_acknowledged_is_set()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.That(UserTimeout.Of(socket), Is.EqualTo(TimeSpan.Zero));
        UserTimeout.Set(socket);
        Assert.That(UserTimeout.Of(socket), Is.EqualTo(UserTimeout.Length));
    }

    [Test]
    public void A_socket_that_has_no_such_option_is_left_as_it_is()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.That(() => UserTimeout.Set(socket), Throws.Nothing);
    }
}
