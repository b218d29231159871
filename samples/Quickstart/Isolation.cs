using System.Globalization;
using MuxProvider;

namespace Quickstart;

/// <summary>Handles that do what cannot be shared, beside one that does not: what pins them, and that it notices nothing.</summary>
internal static class Isolation
{
    public static async Task<bool> ShowAsync(Shops shops, CancellationToken cancellationToken)
    {
        var sources = shops.Shared();
        var source = sources[0];
        try
        {
            await using var bystander = await OpenAsync(source, cancellationToken);
            await using var buyer = await OpenAsync(source, cancellationToken);
            await using var analyst = await OpenAsync(source, cancellationToken);
            await using var traveller = await OpenAsync(source, cancellationToken);

            const string count = "SELECT COUNT(*) FROM orders";
            const string clock = "SELECT TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), NOW())";
            var orders = await AskAsync(bystander, count, cancellationToken);
            var hours = await AskAsync(bystander, clock, cancellationToken);

            await using var transaction = await buyer.BeginTransactionAsync(cancellationToken);
            await AskAsync(buyer, "DELETE FROM orders", cancellationToken);
            await AskAsync(analyst, "CREATE TEMPORARY TABLE product (id INT)", cancellationToken);
            await AskAsync(traveller, "SET time_zone = '+11:00'", cancellationToken);

            Console.WriteLine();
            Console.WriteLine("handle      | pinned by        | what it sees                 | what the bystander sees");
            var kept = true;
            kept &= Row("buyer", buyer, "orders in its transaction", await AskAsync(buyer, count, cancellationToken), "0", await AskAsync(bystander, count, cancellationToken), orders);
            kept &= Row(
                "analyst",
                analyst,
                "products in its table",
                await AskAsync(analyst, "SELECT COUNT(*) FROM product", cancellationToken),
                "0",
                await AskAsync(bystander, "SELECT COUNT(*) FROM product", cancellationToken),
                Shops.Products.ToString(CultureInfo.InvariantCulture));
            kept &= Row("traveller", traveller, "hours ahead of UTC", await AskAsync(traveller, clock, cancellationToken), "11", await AskAsync(bystander, clock, cancellationToken), hours);

            await transaction.RollbackAsync(cancellationToken);
            kept &= Row("buyer", buyer, "orders after rollback", await AskAsync(buyer, count, cancellationToken), orders, await AskAsync(bystander, count, cancellationToken), orders);
            return kept;
        }
        finally
        {
            foreach (var each in sources)
                await each.DisposeAsync();
        }
    }

    private static bool Row(string name, MuxConnection connection, string what, string seen, string expected, string bystanderSees, string bystanderExpects)
    {
        Console.WriteLine($"{name,-11} | {connection.PinReasons,-16} | {what + ": " + seen,-28} | {bystanderSees}");
        return seen == expected && bystanderSees == bystanderExpects;
    }

    private static async Task<MuxConnection> OpenAsync(MuxDataSource source, CancellationToken cancellationToken)
    {
        var connection = source.CreateConnection();
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task<string> AskAsync(MuxConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) ?? "";
    }
}
