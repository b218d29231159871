namespace MuxProvider.ClusterTests;

/// <summary>Without a cluster nothing here can be tested, and says so.</summary>
[SetUpFixture]
internal sealed class ClusterIsThere
{
    [OneTimeSetUp]
    public void Check()
    {
        if (!Cluster.IsThere)
            Assert.Ignore("!!!! NOT TESTED AGAINST A CLUSTER: MUX_CLUSTER_CONTROL is not set. Run eng/test --server galera (or mysqlpair) --only tests/MuxProvider.ClusterTests. !!!!");
    }
}
