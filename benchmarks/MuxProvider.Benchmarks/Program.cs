using BenchmarkDotNet.Running;
using MuxProvider.Benchmarks;

// side-by-side: shared links against a connection at a time, in one run, against the server that MUX_SERVER names.
// prepared: statements as text and prepared, in one run, against the same.
// Anything else goes to BenchmarkDotNet:  --list flat, --filter '*Classify*' …
if (args is ["side-by-side", ..])
    return await SideBySide.RunAsync(args[1..]);
if (args is ["prepared", ..])
    return await PreparedSideBySide.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(SideBySide).Assembly).Run(args);
return 0;
