using BenchmarkDotNet.Running;
using YiMaTong.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(EngineBenchmark).Assembly).Run(args);
