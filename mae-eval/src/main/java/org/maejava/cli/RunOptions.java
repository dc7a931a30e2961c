package org.maejava.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maejava.cluster.Cluster;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.recipe.Recipes;
import picocli.CommandLine.Option;

/** What every command takes that trains or computes. */
final class RunOptions {

  /** A recipe and what changes in it. */
  static final class Recipe {
    @Option(
        names = "--recipe",
        paramLabel = "NAME|FILE",
        description =
            "A bundled recipe (see `mae recipe list`) or a file ending in .textproto. Default: demo")
    @Nullable String name;

    @Option(
        names = "--set",
        paramLabel = "TEXTPROTO",
        description = "Changes the recipe: 'model { mask_ratio: 0.6 }'. May be repeated.")
    List<String> set = List.of();

    @Option(
        names = "--seed",
        paramLabel = "N",
        description = "Seed of weights, order, crops and masks. Default: the recipe's.")
    @Nullable Long seed;

    /** For a command that has none to take over from elsewhere. */
    String nameOrDefault() {
      return name == null ? Recipes.DEFAULT_FAMILY : name;
    }

    /** Everything that {@code --set} and {@code --seed} say, as text-proto. */
    List<String> overrides() {
      if (seed == null) {
        return set;
      }
      var all = new ArrayList<>(set);
      all.add("training { seed: " + Long.toUnsignedString(seed) + " }");
      return all;
    }
  }

  /** The machine. */
  static final class Threads {
    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Threads to compute and decode with. Default: all cores.")
    int threads = Runtime.getRuntime().availableProcessors();

    /** What the command computes on; TensorFlow is loaded for it. */
    Machine machine() {
      TensorFlowStart.load();
      return Machine.here(threads);
    }
  }

  /** The other processes of a training. */
  static final class Cooperation {
    @Option(
        names = "--worker-timeout",
        paramLabel = "SECONDS",
        description =
            "How long one of several workers (TF_CONFIG) waits for another before it gives up."
                + " Default: ${DEFAULT-VALUE}",
        defaultValue = "300")
    int seconds;

    /** The machine as one of several, if the environment says so. */
    Machine join(Machine machine) throws IOException {
      if (seconds < 1) {
        throw new UsageException("--worker-timeout " + seconds + " must be at least 1");
      }
      return UsageException.onWrongInput(() -> Cluster.of(System.getenv()))
          .filter(cluster -> cluster.size() > 1)
          .map(
              cluster ->
                  TensorFlowStart.quietly(() -> machine.join(cluster, Duration.ofSeconds(seconds))))
          .orElse(machine);
    }
  }

  /** Checkpoints. */
  static final class Checkpoints {
    @Option(
        names = "--checkpoint-every",
        paramLabel = "STEPS",
        description =
            "Updates between two checkpoints. Default: a twentieth of the run, 500 at most")
    @Nullable Integer every;

    @Option(
        names = "--keep-checkpoints",
        paramLabel = "N",
        description = "How many of the newest are kept. Default: ${DEFAULT-VALUE}",
        defaultValue = "2")
    int keep;
  }

  private RunOptions() {}
}
