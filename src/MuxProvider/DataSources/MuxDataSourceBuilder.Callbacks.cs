using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MuxProvider;

/// <content>What cannot be said in a connection string.</content>
public sealed partial class MuxDataSourceBuilder
{
    private LoginCallbacks _callbacks = new();
    private Func<MuxConnection, CancellationToken, ValueTask>? _connectionOpened;
    private string? _name;

    /// <summary>A name for people, to tell data sources apart.</summary>
    /// <param name="name">The name; null for none.</param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UseName(string? name)
    {
        _name = name;
        return this;
    }

    /// <summary>
    /// Asks the program for the password at each login of a physical link, for passwords that change: tokens, rotated secrets. The
    /// connection string must have none. What the provider throws fails those who wait for the link, with
    /// <see cref="MuxErrorCode.ProvidePasswordCallbackFailed"/> and the exception as inner exception.
    /// </summary>
    /// <param name="provider">
    /// Gives the password; "" for none. Called on the link's own thread, which it may block, and for several links at a time; it should
    /// keep what is costly to get. The token is used when the Connection Timeout is over.
    /// </param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UsePasswordProvider(Func<MuxPasswordContext, CancellationToken, ValueTask<string>>? provider)
    {
        _callbacks = _callbacks with { Password = provider };
        return this;
    }

    /// <inheritdoc cref="UsePasswordProvider(Func{MuxPasswordContext, CancellationToken, ValueTask{string}})"/>
    public MuxDataSourceBuilder UsePasswordProvider(Func<MuxPasswordContext, string>? provider) =>
        UsePasswordProvider(provider is null ? null : (context, _) => new ValueTask<string>(provider(context)));

    /// <summary>Asks the program for the client's certificates at each login, in place of Certificate File and SSL Cert.</summary>
    /// <param name="provider">Gives the certificates, with their private keys.</param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UseClientCertificates(Func<X509CertificateCollection>? provider)
    {
        _callbacks = _callbacks with { ClientCertificates = provider };
        return this;
    }

    /// <summary>
    /// Lets the program decide about the server's certificate. It goes with <c>SSL Mode=Required</c> (or Preferred), not with VerifyCA,
    /// VerifyFull or SSL CA, which decide themselves.
    /// </summary>
    /// <param name="check">Says whether the certificate is accepted.</param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UseRemoteCertificateValidationCallback(RemoteCertificateValidationCallback? check)
    {
        _callbacks = _callbacks with { ServerCertificate = check };
        return this;
    }

    /// <summary>
    /// Runs at the end of each Open, with the open connection: to set what all connections should have. A <c>SET</c> of a variable that
    /// travels costs nothing there but the prefix of the first statement. Where it throws, Open fails and the connection is closed.
    /// </summary>
    /// <param name="opened">What to run; it must not close the connection.</param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UseConnectionOpenedCallback(Func<MuxConnection, CancellationToken, ValueTask>? opened)
    {
        _connectionOpened = opened;
        return this;
    }

    /// <inheritdoc cref="UseConnectionOpenedCallback(Func{MuxConnection, CancellationToken, ValueTask})"/>
    public MuxDataSourceBuilder UseConnectionOpenedCallback(Action<MuxConnection>? opened) => UseConnectionOpenedCallback(opened is null
        ? null
        : (connection, _) =>
        {
            opened(connection);
            return default;
        });
}
