using System.Data;
using MuxProvider.Links;

namespace MuxProvider;

/// <content>Schema collections.</content>
public sealed partial class MuxConnection
{
    /// <summary>The names of the schema collections.</summary>
    /// <returns>The collection <c>MetaDataCollections</c>.</returns>
    public override DataTable GetSchema() => GetSchema("MetaDataCollections", null!);

    /// <summary>A schema collection.</summary>
    /// <param name="collectionName">Its name, in any case.</param>
    /// <returns>The collection.</returns>
    public override DataTable GetSchema(string collectionName) => GetSchema(collectionName, null!);

    /// <summary>A schema collection.</summary>
    /// <param name="collectionName">Its name, in any case.</param>
    /// <param name="restrictionValues">What to restrict it to, in the order of the collection <c>Restrictions</c>; null for no restriction.</param>
    /// <returns>The collection.</returns>
    /// <exception cref="ArgumentException">There is no such collection, or it has fewer restrictions.</exception>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) => Blocking.Run(
        (Connection: this, collectionName, restrictionValues),
        static call => SchemaCollections.GetAsync(call.Connection, call.collectionName, call.restrictionValues, CancellationToken.None));

    /// <inheritdoc cref="GetSchema()"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public override Task<DataTable> GetSchemaAsync(CancellationToken cancellationToken = default) =>
        GetSchemaAsync("MetaDataCollections", null!, cancellationToken);

    /// <inheritdoc cref="GetSchema(string)"/>
    /// <param name="collectionName">Its name, in any case.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public override Task<DataTable> GetSchemaAsync(string collectionName, CancellationToken cancellationToken = default) =>
        GetSchemaAsync(collectionName, null!, cancellationToken);

    /// <inheritdoc cref="GetSchema(string, string[])"/>
    /// <param name="collectionName">Its name, in any case.</param>
    /// <param name="restrictionValues">What to restrict it to; null for no restriction.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public override Task<DataTable> GetSchemaAsync(string collectionName, string?[] restrictionValues, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<DataTable>(cancellationToken)
            : SchemaCollections.GetAsync(this, collectionName, restrictionValues, cancellationToken).AsTask();
}
