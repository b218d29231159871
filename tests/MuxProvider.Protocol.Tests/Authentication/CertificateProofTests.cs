using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class CertificateProofTests
{
    private static readonly byte[] s_nonce = Enumerable.Range(1, 20).Select(static i => (byte)i).ToArray();
    private static readonly byte[] s_certificate = Enumerable.Range(100, 32).Select(static i => (byte)i).ToArray();
    private static readonly byte[] s_stored = NativePassword.StoredHash("secret");

    /// <summary>Computed with Python's hashlib from the definition.</summary>
    [Test]
    public void The_proof_is_the_one_another_implementation_computes() => Assert.That(
        Encoding.ASCII.GetString(CertificateProof.Compute(s_stored, s_nonce, s_certificate)),
        Is.EqualTo("\u0001" + "C75CE87994ED2079C21782C7A9EA122C365C418BEA0B511FC1190FED565FDA60"));

    [Test]
    public void Only_the_right_password_nonce_and_certificate_prove_it()
    {
        var proof = CertificateProof.Compute(s_stored, s_nonce, s_certificate);
        var lower = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(proof).ToLowerInvariant());
        Assert.That(CertificateProof.Verify(proof, s_stored, s_nonce, s_certificate), Is.True);
        Assert.That(CertificateProof.Verify(lower, s_stored, s_nonce, s_certificate), Is.True);
        Assert.That(CertificateProof.Verify(proof, NativePassword.StoredHash("Secret"), s_nonce, s_certificate), Is.False);
        Assert.That(CertificateProof.Verify(proof, s_stored, new byte[20], s_certificate), Is.False);
        Assert.That(CertificateProof.Verify(proof, s_stored, s_nonce, new byte[32]), Is.False);
    }

    [Test]
    public void What_is_not_whole_proves_nothing()
    {
        var proof = CertificateProof.Compute(s_stored, s_nonce, s_certificate);
        for (var length = 0; length < proof.Length; length++)
            Assert.That(CertificateProof.Verify(proof.AsSpan(0, length), s_stored, s_nonce, s_certificate), Is.False);
        Assert.That(CertificateProof.Verify([2, .. proof[1..]], s_stored, s_nonce, s_certificate), Is.False);
        Assert.That(CertificateProof.Verify([1, .. Enumerable.Repeat((byte)'x', 64)], s_stored, s_nonce, s_certificate), Is.False);
    }

    [Test]
    public void Nothing_is_proven_without_a_password()
    {
        var stored = NativePassword.StoredHash("");
        Assert.That(CertificateProof.Verify(CertificateProof.Compute(stored, s_nonce, s_certificate), stored, s_nonce, s_certificate), Is.False);
    }
}
