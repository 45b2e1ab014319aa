namespace YiMaTong.Integration.Tests.Target;

/// <summary>The product's executables lie beside the tests: what is tested is what was built with them.</summary>
internal static class ProductAssembly
{
    /// <summary>Full path of the assembly.</summary>
    /// <exception cref="FileNotFoundException">
    /// It was not built, or not with what the runtime needs to start it.
    /// </exception>
    public static string Path(string name)
    {
        var assembly = System.IO.Path.Combine(AppContext.BaseDirectory, name + ".dll");
        foreach (var file in new[] { assembly, System.IO.Path.ChangeExtension(assembly, ".runtimeconfig.json") })
        {
            if (!File.Exists(file))
            {
                throw new FileNotFoundException($"{file} is missing: build this test project first");
            }
        }

        return assembly;
    }
}
