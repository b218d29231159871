namespace MuxProvider.Multiplexing;

/// <summary>
/// A handle's <c>LAST_INSERT_ID()</c>. The register itself lives in the session of a link, which others use before and after: so the
/// handle's value is brought to the link before a statement that may read it or may leave it as it is, and is asked for behind a
/// statement that may change it. Used by one handle, under its lock.
/// </summary>
internal struct GeneratedIdRegister
{
    private ulong _value;
    private bool _isUnknown;

    /// <summary>Whether the value is the one in the leased link's session, newer than what is known here.</summary>
    public bool IsOnLease { get; private set; }

    /// <summary>Whether the register of the leased link's session is the handle's own: nothing has to be brought.</summary>
    public bool IsOwnOnLease { get; private set; }

    /// <summary>Whether the value is lost.</summary>
    public readonly bool IsUnknown => _isUnknown && !IsOnLease;

    /// <summary>The value, as far as it is known; otherwise 0.</summary>
    public readonly ulong Value => _isUnknown ? 0 : _value;

    /// <summary>The handle took a link, whose register is somebody else's.</summary>
    public void Leased() => IsOwnOnLease = false;

    /// <summary>A statement on the lease began with the handle's value, and may have changed it.</summary>
    public void UsedOnLease(bool mayHaveChanged)
    {
        IsOwnOnLease = true;
        IsOnLease |= mayHaveChanged;
    }

    /// <summary>The value was asked for.</summary>
    /// <param name="value">The register; null where no answer came.</param>
    public void Learned(ulong? value)
    {
        // Where the value was lost, 0 was brought: to find 0 again proves nothing.
        if (value is { } known && (known != 0 || !_isUnknown || IsOnLease))
        {
            _value = known;
            _isUnknown = false;
        }
        else
        {
            _isUnknown = true;
        }

        IsOnLease = false;
    }

    /// <summary>The value is lost.</summary>
    public void Lost() => Learned(null);

    /// <summary>The lease is over.</summary>
    public void Released()
    {
        if (IsOnLease)
            Lost();
        IsOwnOnLease = false;
    }
}
