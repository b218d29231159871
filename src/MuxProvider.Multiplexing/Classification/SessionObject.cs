namespace MuxProvider.Multiplexing;

/// <summary>Something that a session holds and that has a name: it pins from the statement that makes it to the one that drops it.</summary>
/// <param name="Reason">What kind it is, as it pins: <see cref="PinReasons.TemporaryTable"/>, <see cref="PinReasons.SqlPrepare"/> …</param>
/// <param name="Name">
/// Its name: a temporary table's in lower case, with its schema and a dot where one is written; a prepared statement's or handler's in
/// lower case; for locks <c>tables</c>, <c>read lock</c>, <c>stage</c>, <c>backup</c>, <c>instance</c>; a variable's in lower case.
/// </param>
public readonly record struct SessionObject(PinReasons Reason, string Name);
