package org.maejava.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.Weights;
import org.maejava.savedmodel.weights.ForeignWeights;
import org.maejava.savedmodel.weights.WeightsInspection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tell what files of weights are and what can be done with them.",
      "",
      "Format, family, geometry, which tensors fit, which do not and why. Nothing in a file is executed."
    },
    footer = {
      "",
      "Exit status: 0 all can be used, 1 some cannot, 2 some are no weights at all.",
      "Example:  mae inspect mae_pretrain_vit_base.pth vit-mae-base/"
    })
final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Files of PyTorch or safetensors, indices of shards, folders that transformers or timm"
              + " wrote, runs, checkpoints, exported models.")
  private List<Path> files;

  @Override
  public Integer call() {
    int status = 0;
    for (var file : files) {
      try {
        status = Math.max(status, inspect(file, spec.commandLine().getOut()));
      } catch (IOException | IllegalArgumentException e) {
        spec.commandLine().getErr().println("mae: " + e.getMessage());
        status = Math.max(status, e instanceof IOException ? 1 : CommandLine.ExitCode.USAGE);
      }
    }
    return status;
  }

  private static int inspect(Path path, PrintWriter print) throws IOException {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("there is no file " + path);
    }
    var without = RunFolder.withoutModel(path);
    if (without.isPresent()) {
      throw new IllegalArgumentException(without.get());
    }
    try (var weights = ForeignWeights.open(fileOf(path))) {
      var alone = weights.inspectionOfValues();
      if (!alone.usable()) {
        InspectionText.lines(path, alone, Optional.empty()).forEach(print::println);
        return 1;
      }
      // What every --weights makes of it.
      try (var taken = Weights.open(path)) {
        InspectionText.lines(path, known(alone, taken), taken.record()).forEach(print::println);
        return 0;
      }
    } finally {
      print.flush();
    }
  }

  private static WeightsInspection known(WeightsInspection alone, Weights taken) {
    return taken.inspection().isPresent()
        ? alone
        : alone.knownBy(
            taken.experiment().orElseThrow(),
            taken.record().stream()
                .flatMap(run -> run.getData().getClassesList().stream())
                .toList(),
            taken.licence());
  }

  /** Of a folder of this project the file in it. */
  private static Path fileOf(Path path) throws IOException {
    var own = "weights.safetensors";
    if (!Files.isDirectory(path) || ForeignWeights.isIn(path)) {
      return path;
    }
    if (Files.isRegularFile(path.resolve(own))) {
      return path.resolve(own);
    }
    return new RunFolder(path)
        .latest()
        .map(checkpoint -> checkpoint.folder().resolve(own))
        .orElse(path);
  }
}
