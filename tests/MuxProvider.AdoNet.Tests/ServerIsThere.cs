namespace MuxProvider.AdoNet.Tests;

/// <summary>Without a server nothing here can be tested, and says so.</summary>
[SetUpFixture]
internal sealed class ServerIsThere
{
    [OneTimeSetUp]
    public void Check()
    {
        if (!Server.IsThere)
            Assert.Ignore("!!!! NOT TESTED AGAINST A SERVER: MUX_SERVER is not set. Run eng/test, or eng/with-server KIND -- dotnet test. !!!!");
    }
}
