using System.Security.Cryptography;
using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class NativePasswordTests
{
    private static readonly byte[] Nonce = Enumerable.Range(1, 20).Select(i => (byte)i).ToArray();

    /// <summary>Computed with Python's hashlib from the definition.</summary>
    [TestCase("secret", "b32bb3a583e1340c0a1108d58b1be49781ad8c2f")]
    [TestCase("pässwörd😀", "5ca89305777969780056d1608f70986e26d67d5e")]
    public void The_response_is_the_one_another_implementation_computes(string password, string hex) =>
        Assert.That(Convert.ToHexStringLower(NativePassword.Scramble(password, Nonce)), Is.EqualTo(hex));

    [Test]
    public void The_response_follows_the_definition()
    {
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var nonce = new byte[20];
            random.NextBytes(nonce);
            var password = "p" + random.Next();
            var once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
            var mask = SHA1.HashData([.. nonce, .. SHA1.HashData(once)]);
            Assert.That(NativePassword.Scramble(password, nonce), Is.EqualTo(once.Zip(mask, (a, b) => (byte)(a ^ b))));
        }
    }

    [Test]
    public void The_server_accepts_the_right_password_and_no_other()
    {
        var stored = NativePassword.StoredHash("secret");
        var response = NativePassword.Scramble("secret", Nonce);
        Assert.That(NativePassword.Verify(response, Nonce, stored), Is.True);
        Assert.That(NativePassword.Verify(NativePassword.Scramble("Secret", Nonce), Nonce, stored), Is.False);
        Assert.That(NativePassword.Verify(response, new byte[20], stored), Is.False);
        Assert.That(NativePassword.Verify(response.AsSpan(1), Nonce, stored), Is.False);
        Assert.That(NativePassword.Verify([], Nonce, stored), Is.False);
        Assert.That(NativePassword.Verify(response, Nonce, stored.AsSpan(1)), Is.False);
    }

    [Test]
    public void An_empty_password_is_an_empty_response()
    {
        Assert.That(NativePassword.Scramble("", Nonce), Is.Empty);
        Assert.That(NativePassword.Verify([], Nonce, NativePassword.StoredHash("")), Is.True);
        Assert.That(NativePassword.Verify(new byte[20], Nonce, NativePassword.StoredHash("")), Is.False);
    }

    [TestCase(0)]
    [TestCase(19)]
    [TestCase(21)]
    public void A_nonce_of_another_length_is_refused(int length)
    {
        Assert.Throws<ArgumentException>(() => NativePassword.Scramble("x", new byte[length]));
        Assert.Throws<ArgumentException>(() => NativePassword.Verify([], new byte[length], []));
    }
}
