using BenchmarkDotNet.Running;
using YiMaTong.Benchmarks;

if (args is ["floor", var subjects])
{
    EngineFloor.Print(int.Parse(subjects, System.Globalization.CultureInfo.InvariantCulture));
    return;
}

if (args is ["emergency", var rounds])
{
    EmergencyFloor.Print(int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture));
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(EngineFloor).Assembly).Run(args);
