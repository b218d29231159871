using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Signs of life.</content>
public sealed partial class Handle
{
    /// <summary>Asks the server for a sign of life: on the lease, or on any shared link while the handle floats.</summary>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When it came.</returns>
    /// <exception cref="LinkException">None came. Where the lease is lost, so is the session.</exception>
    /// <exception cref="StatementAbandonedException">The deadline came.</exception>
    public async ValueTask PingAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        if (_lease is { } lease)
        {
            await PingLeaseAsync(lease, deadline, cancellationToken).ConfigureAwait(false);
            return;
        }

        var group = _group!;
        for (var attempt = 1; ; attempt++)
        {
            ILink? link;
            while ((link = group.Pick(_session.Settings, ref _server)) is null)
                await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
            try
            {
                await PingAsync(group, link, null, onLease: false, deadline, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LinkException failure) when (Failures.IsReplaceable(failure) && attempt < MostAttempts)
            {
                // Another link may well be alive.
            }
        }
    }

    private async ValueTask PingLeaseAsync(Lease lease, Deadline deadline, CancellationToken cancellationToken)
    {
        if (!_kill.IsCompleted)
            await WaitForKillAsync(cancellationToken).ConfigureAwait(false);
        var generation = _generation;
        lock (_gate)
            _session.Interrupted(Probes.Status);
        try
        {
            await PingAsync(_group!, lease.Link, null, onLease: true, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (LinkException failure)
        {
            lock (_gate)
            {
                if (generation == _generation && _lease == lease)
                {
                    _session.Lose($"The connection that held the session ({_session.Pins}) was lost: {failure.Message}");
                    Release(lease, LeaseEnd.Discard);
                }
            }

            NotePins(null);
            throw;
        }
    }
}
