using System.Security.Cryptography;
using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class CachingSha2PasswordTests
{
    private static readonly byte[] Nonce = Enumerable.Range(1, 20).Select(i => (byte)i).ToArray();

    /// <summary>Computed with Python's hashlib from the definition.</summary>
    [TestCase("secret", "746ebe205d56a0707acb3e796e834e0dd7b1d61743b26bd5202c7a623230c7c9")]
    [TestCase("pässwörd😀", "99d19c5e838d8b9c0ac4b8ac4b4a7c090523e263d502f2e4cf3a4e49539d5820")]
    public void The_response_is_the_one_another_implementation_computes(string password, string hex) =>
        Assert.That(Convert.ToHexStringLower(CachingSha2Password.Scramble(password, Nonce)), Is.EqualTo(hex));

    [Test]
    public void The_response_follows_the_definition()
    {
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var nonce = new byte[20];
            random.NextBytes(nonce);
            var password = "p" + random.Next();
            var once = SHA256.HashData(Encoding.UTF8.GetBytes(password));
            var mask = SHA256.HashData([.. SHA256.HashData(once), .. nonce]);
            Assert.That(CachingSha2Password.Scramble(password, nonce), Is.EqualTo(once.Zip(mask, (a, b) => (byte)(a ^ b))));
        }
    }

    [Test]
    public void The_server_accepts_the_right_password_and_no_other()
    {
        var cached = CachingSha2Password.CachedHash("secret");
        var response = CachingSha2Password.Scramble("secret", Nonce);
        Assert.That(CachingSha2Password.VerifyFast(response, Nonce, cached), Is.True);
        Assert.That(CachingSha2Password.VerifyFast(CachingSha2Password.Scramble("Secret", Nonce), Nonce, cached), Is.False);
        Assert.That(CachingSha2Password.VerifyFast(response, new byte[20], cached), Is.False);
        Assert.That(CachingSha2Password.VerifyFast(response.AsSpan(1), Nonce, cached), Is.False);
        Assert.That(CachingSha2Password.VerifyFast([], Nonce, cached), Is.False);
        Assert.That(CachingSha2Password.VerifyFast(response, Nonce, cached.AsSpan(1)), Is.False);
    }

    [Test]
    public void An_empty_password_is_an_empty_response()
    {
        Assert.That(CachingSha2Password.Scramble("", Nonce), Is.Empty);
        Assert.That(CachingSha2Password.VerifyFast([], Nonce, CachingSha2Password.CachedHash("")), Is.True);
        Assert.That(CachingSha2Password.VerifyFast(new byte[32], Nonce, CachingSha2Password.CachedHash("")), Is.False);
    }

    [TestCase("secret")]
    [TestCase("")]
    [TestCase("a password that is longer than the nonce, with ümlauts")]
    public void The_encrypted_password_opens_with_the_private_key_and_the_nonce(string password)
    {
        using var rsa = RSA.Create(2048);
        var encrypted = CachingSha2Password.EncryptPassword(password, Nonce, rsa.ExportSubjectPublicKeyInfoPem());
        Assert.That(encrypted, Has.Length.EqualTo(256));
        var clear = rsa.Decrypt(encrypted, RSAEncryptionPadding.OaepSHA1);
        for (var i = 0; i < clear.Length; i++)
            clear[i] ^= Nonce[i % 20];
        Assert.That(Encoding.UTF8.GetString(clear), Is.EqualTo(password + "\0"));
    }

    [Test]
    public void A_password_longer_than_the_key_allows_is_refused_in_words()
    {
        using var rsa = RSA.Create(2048);
        var key = rsa.ExportSubjectPublicKeyInfoPem();
        Assert.That(CachingSha2Password.EncryptPassword(new string('x', 213), Nonce, key), Has.Length.EqualTo(256));
        var e = Assert.Throws<ArgumentException>(() => CachingSha2Password.EncryptPassword(new string('x', 214), Nonce, key));
        Assert.That(e!.Message, Does.Contain("213 bytes"));
    }

    [TestCase("")]
    [TestCase("no key")]
    [TestCase("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public void What_is_no_key_is_refused(string pem) =>
        Assert.That(Assert.Throws<ArgumentException>(() => CachingSha2Password.EncryptPassword("x", Nonce, pem))!.ParamName, Is.EqualTo("publicKeyPem"));

    [TestCase(0)]
    [TestCase(21)]
    public void A_nonce_of_another_length_is_refused(int length)
    {
        Assert.Throws<ArgumentException>(() => CachingSha2Password.Scramble("x", new byte[length]));
        Assert.Throws<ArgumentException>(() => CachingSha2Password.EncryptPassword("x", new byte[length], ""));
        Assert.Throws<ArgumentException>(() => CachingSha2Password.VerifyFast([], new byte[length], []));
    }

    [Test]
    public void A_password_in_clear_ends_with_nul()
    {
        Assert.That(ClearPassword.Encode("pä"), Is.EqualTo("pä\0"u8.ToArray()));
        Assert.That(ClearPassword.Encode(""), Is.EqualTo(new byte[] { 0 }));
    }
}
