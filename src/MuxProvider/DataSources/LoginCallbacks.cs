using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MuxProvider.Links;
using MuxProvider.Links.MySql;

namespace MuxProvider;

/// <summary>
/// What a program decides at each login in code. Two data sources with callbacks never share links, because nobody can tell whether
/// their callbacks say the same. Immutable.
/// </summary>
internal sealed record LoginCallbacks
{
    // The longest that a timer can count.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private static int s_last;

    /// <summary>Gives the password; null where the connection string has it.</summary>
    public Func<MuxPasswordContext, CancellationToken, ValueTask<string>>? Password { get; init; }

    /// <summary>Gives the client's certificates; null where the connection string names their files.</summary>
    public Func<X509CertificateCollection>? ClientCertificates { get; init; }

    /// <summary>Decides about the server's certificate; null where the SSL Mode does.</summary>
    public RemoteCertificateValidationCallback? ServerCertificate { get; init; }

    /// <summary>Whether there is none.</summary>
    public bool AreNone => Password is null && ClientCertificates is null && ServerCertificate is null;

    /// <summary>A text that no other data source has.</summary>
    /// <returns>The text.</returns>
    public static string NewIdentity() => string.Create(CultureInfo.InvariantCulture, $"callbacks {Interlocked.Increment(ref s_last)}");

    /// <summary>Checks that the connection string does not say the same.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">It does.</exception>
    public void Check(MuxConnectionStringBuilder options)
    {
        if (Password is not null && options.Password.Length > 0)
            throw new ArgumentException("The data source has a password provider, and its connection string a Password: leave one of them out.");
        if (ClientCertificates is not null && (options.CertificateFile.Length > 0 || options.SslCert.Length > 0))
            throw new ArgumentException("The data source has a callback for client certificates, and its connection string names their file: leave one of them out.");
        if (ServerCertificate is not null
            && (options.SslMode is MuxSslMode.VerifyCA or MuxSslMode.VerifyFull || options.SslCa.Length > 0 || options.ServerCertificateThumbprint.Length > 0))
            throw new ArgumentException("The data source has a callback for the server's certificate, and its connection string asks for a check (SSL Mode, SSL CA, Server Certificate Thumbprint): leave one of them out. SSL Mode=Required goes with the callback.");
    }

    /// <summary>The options with the callbacks.</summary>
    /// <param name="transport">The options.</param>
    /// <param name="database">The schema of the connection string; "" for none.</param>
    /// <returns>The options.</returns>
    public MySqlTransportOptions AddTo(MySqlTransportOptions transport, string database)
    {
        if (Password is { } password)
        {
            // A login has a thread of its own, which the provider may block.
            transport = transport with
            {
                PasswordProvider = (server, deadline) =>
                {
                    var context = new MuxPasswordContext(server.Host, server.Port, transport.UserId, database.Length == 0 ? null : database);
                    using var timeout = new CancellationTokenSource();
                    if (!deadline.IsNever && deadline.Remaining <= s_longest)
                        timeout.CancelAfter(deadline.Remaining);
                    return Blocking.Run((password, context, timeout.Token), static call => call.password(call.context, call.Token));
                },
            };
        }

        return transport with { ClientCertificates = ClientCertificates, ServerCertificateCheck = ServerCertificate };
    }
}
