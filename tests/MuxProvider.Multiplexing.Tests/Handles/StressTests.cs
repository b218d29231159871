using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>
/// Many handles at once, over sessions that remember what was done to them. Every statement carries a number of its own,
/// and every answer must bring it back; no session may ever show one handle's state to another.
/// </summary>
[TestFixture]
public sealed partial class StressTests
{
    private const int Handles = 200;
    private const int Rounds = 40;
    private const ServerStatus InTransaction = ServerStatus.InTransaction | ServerStatus.AutoCommit;

    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentDictionary<ILink, Session> _sessions = new();
    private int _lastNumber;
    private int _answers;

    [TestCase(1)]
    [TestCase(20261121)]
    public async Task Every_answer_belongs_to_its_question_and_no_state_reaches_a_neighbour(int seed)
    {
        _violations.Clear();
        _answers = 0;
        using var rig = new Rig(new MultiplexingOptions
        {
            MaxLinks = 8,
            MaxSharedLinks = 3,
            IdleTimeout = TimeSpan.FromSeconds(20),
            LinkLifetime = TimeSpan.FromSeconds(60),
        });
        rig.Transport.Prepare = link =>
        {
            (link.AnswersPings, link.AnswersRecycling) = (false, false);
            _sessions[link] = new Session();
        };
        using var stop = new CancellationTokenSource();
        var servers = Enumerable.Range(0, 2).Select(i => Start(() => Serve(rig, i, new Random(seed + i), stop.Token))).ToList();
        var clients = Enumerable.Range(0, Handles).Select(i => Task.Run(() => UseHandle(rig, new Random(seed * 31 + i)))).ToList();
        try
        {
            await Rig.Within(Task.WhenAll(clients)).ConfigureAwait(false);
            await rig.Until(() => rig.Transport.Links.All(link => link.Depth == 0));
        }
        finally
        {
            await stop.CancelAsync();
            servers.ForEach(server => server.Join());
        }

        Assert.That(_violations, Is.Empty);
        Assert.That(_answers, Is.GreaterThan(Handles * Rounds / 2), "most of it works");
        rig.AssertQuiet();
        var roles = Roles().Match(rig.Multiplexer.ToString()).Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.That(roles[0], Is.EqualTo(roles[1] + roles[2]).And.EqualTo(rig.Transport.LiveLinks.Count), rig.Multiplexer.ToString());
    }

    [GeneratedRegex("'([0-9]+)'")]
    private static partial Regex Number();

    [GeneratedRegex("^([0-9]+) of .* ([0-9]+) shared, .* ([0-9]+) parked")]
    private static partial Regex Roles();

    private static Thread Start(ThreadStart work)
    {
        var thread = new Thread(work) { IsBackground = true };
        thread.Start();
        return thread;
    }

    // ---- the handles -----------------------------------------------------------------------------------------------------

    private async Task UseHandle(Rig rig, Random random)
    {
        var handle = rig.New("schema" + random.Next(3));
        for (var i = 0; i < Rounds; i++)
        {
            try
            {
                if (!handle.IsOpen)
                    await Rig.StartOpen(handle, rig.In(60));
                if (await Work(rig, handle, random))
                    handle.Close();
            }
            catch (Exception e) when (e is LinkException or OperationCanceledException or StatementAbandonedException)
            {
                handle.Close();
            }
        }

        handle.Close();
    }

    // Says whether the handle must be closed, because something pins it.
    private async Task<bool> Work(Rig rig, Handle handle, Random random)
    {
        switch (random.Next(10))
        {
            case < 5:
                return await Ask(rig, handle, random, "SELECT '{0}'") || random.Next(20) == 0;

            case 5:
                return await Ask(rig, handle, random, "UPDATE t SET a = '{0}'");

            case 6:
                await Ask(rig, handle, random, "UPDATE t SET a = 0; UPDATE t SET a = '{0}'");
                return false;

            case 7:
                await Ask(rig, handle, random, "SET @a = '{0}'");
                await Ask(rig, handle, random, "SELECT '{0}'");
                return true;

            default:
                await Ask(rig, handle, random, "START TRANSACTION");
                if (!handle.IsInTransaction)
                    _violations.Enqueue("A transaction was begun and is not there.");
                for (var i = random.Next(4); i > 0; i--)
                    await Ask(rig, handle, random, random.Next(2) == 0 ? "UPDATE t SET a = '{0}'" : "SELECT '{0}'");
                if (random.Next(5) == 0)
                    return true;
                await Ask(rig, handle, random, random.Next(2) == 0 ? "COMMIT" : "ROLLBACK");

                // A text that once changed a session pins from then on.
                if ((handle.PinReasons & ~(PinReasons.Evidence | PinReasons.Routine)) != PinReasons.None)
                    _violations.Enqueue($"A transaction is over, and its handle is pinned: {handle.PinReasons}.");
                return handle.PinReasons != PinReasons.None;
        }
    }

    private async Task<bool> Ask(Rig rig, Handle handle, Random random, string format)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        var text = string.Format(CultureInfo.InvariantCulture, format, number);
        using var source = new CancellationTokenSource();
        var task = Rig.Start(handle, text, rig.In(random.Next(1, 60)), source.Token);
        switch (random.Next(40))
        {
            case 0:
                await source.CancelAsync();
                break;
            case 1:
                handle.Cancel();
                break;
            case 2:
                handle.Close();
                (await task).Dispose();
                throw new OperationCanceledException();
        }

        using var reply = await task;
        Interlocked.Increment(ref _answers);
        if (text.Contains('\'', StringComparison.Ordinal))
        {
            ulong answer = 0;
            for (var item = reply.NextResult(); item != ReplyItem.End; item = reply.NextResult())
                answer = item == ReplyItem.Rows && reply.ReadRow() ? ulong.Parse(Encoding.UTF8.GetString(reply.GetCell(0)), CultureInfo.InvariantCulture) : reply.AffectedRows;
            if (answer != (ulong)number)
                _violations.Enqueue($"'{text}' was answered with {answer}.");
        }

        return reply.IsSurprise;
    }

    // ---- the server ------------------------------------------------------------------------------------------------------

    private void Serve(Rig rig, int index, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var isIdle = true;
            foreach (var link in rig.Transport.LiveLinks)
            {
                if (link.Id % 2 == index && link.Pending is [var request, ..])
                {
                    isIdle = false;
                    Serve(link, request, random);
                }
            }

            if (index == 0 && random.Next(4) == 0)
                rig.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(1, 40)));
            if (isIdle)
                Thread.Yield();
        }
    }

    private void Serve(FakeLink link, FakeRequest request, Random random)
    {
        if (random.Next(300) == 0)
        {
            link.Break();
            return;
        }

        var session = _sessions[link];
        FakeReply? answer = null;
        if (request.Kind == FakeRequestKind.Recycle)
            session.Reset();
        else if (request.Kind == FakeRequestKind.Statement)
            answer = Answer(session, request, isSurprise: !request.Terms.OnLease && random.Next(200) == 0);
        try
        {
            link.CompleteNext(answer);
        }
        catch (InvalidOperationException) when (link.State == LinkState.Closed)
        {
            // It was closed meanwhile.
        }

        // As a link does: nobody is there to adopt it.
        if (session.IsDirty && request is { Terms.OnLease: false, Reply.Abandonment: not Abandonment.None })
            link.Close();
    }

    private FakeReply Answer(Session session, FakeRequest request, bool isSurprise)
    {
        if (session.IsDirty && (!request.Terms.OnLease || request.Text == "START TRANSACTION"))
            _violations.Enqueue($"'{request.Text}' ran in a session of somebody else.");
        switch (request.Text)
        {
            case "START TRANSACTION":
                session.InTransaction = true;
                break;
            case "COMMIT" or "ROLLBACK":
                session.InTransaction = false;
                break;
            case var set when set.StartsWith("SET", StringComparison.Ordinal):
                session.HasVariable = true;
                break;
        }

        session.HasVariable |= isSurprise;
        var number = Number().Match(request.Text) is { Success: true } match ? ulong.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        var result = new FakeResult
        {
            AffectedRows = number,
            Status = session.InTransaction ? InTransaction : ServerStatus.AutoCommit,
            Track = isSurprise ? SessionTrack.Empty.StateChange() : null,
        };
        if (request.Text.StartsWith("SELECT", StringComparison.Ordinal))
            return FakeReply.Scalar(number.ToString(CultureInfo.InvariantCulture)).With(rows => rows with { Status = result.Status, Track = result.Track });
        return request.Text.Contains(';', StringComparison.Ordinal) ? FakeReply.Of(result with { AffectedRows = 0 }, result) : FakeReply.Of(result);
    }

    private sealed class Session
    {
        public bool InTransaction { get; set; }

        public bool HasVariable { get; set; }

        public bool IsDirty => InTransaction || HasVariable;

        public void Reset() => (InTransaction, HasVariable) = (false, false);
    }
}
