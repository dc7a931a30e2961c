package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.Imports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write weights that others trained as a folder of this project.",
      "",
      "Published names, geometry, licence notice; every --weights takes it. Nothing in the file is"
          + " executed. `mae inspect` tells before what the file is; --weights takes it as it is too."
    },
    footer = {
      "",
      "Examples:",
      "  mae import vit-mae-base/ --out models/vit-mae-base",
      "  mae import odd.pth --set 'model { encoder { heads: 4 } }' --out models/odd"
    })
final class ImportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private Replacement replacement;

  @Parameters(
      paramLabel = "FILE",
      description =
          "A file of PyTorch (.pth, .pt, .bin, .ckpt) or safetensors, an index of shards, or the"
              + " folder that transformers or timm wrote.")
  private Path file;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write.")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "TEXTPROTO",
      description = {
        "Tells of the geometry what the file does not; may be repeated.",
        "Example: --set 'model { normalised_pixels {} }'"
      })
  private List<String> set = List.of();

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (!Files.exists(file)) {
      throw new UsageException("there is no file " + file);
    }
    replacement.require(spec, out);
    TensorFlowStart.load();
    var record = Imports.write(file, set, Machine.here(1), Clock.systemUTC(), out);
    var print = spec.commandLine().getOut();
    var imported = record.getImported();
    print.printf(
        Locale.ROOT, "%s: %s, %,d parameters%n", out, imported.getFamily(), record.getParameters());
    imported.getAssumedList().forEach(sentence -> print.printf("assumed: %s%n", sentence));
    if (!imported.getLicence().isEmpty()) {
      print.println(imported.getLicence());
    }
    print.flush();
    return 0;
  }
}
