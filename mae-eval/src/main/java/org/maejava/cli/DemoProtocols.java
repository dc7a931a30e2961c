package org.maejava.cli;

import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.maejava.eval.ComparisonTable;
import org.maejava.eval.Percent;
import org.maejava.eval.ProtocolComparison.Finished;
import org.maejava.eval.ProtocolComparison.Protocol;
import org.maejava.eval.Recipes;
import org.maejava.eval.Statistics;
import org.maejava.proto.Comparison;
import org.maejava.proto.Experiment;
import org.maejava.weights.WeightSource;

/** What the demo compares, and the sentence it draws from that. */
final class DemoProtocols {

  /** The bundled recipes' family. */
  static final String FAMILY = "demo";

  /** Labelled images in all. */
  static final List<Integer> LABELS = List.of(200, 1000);

  private static final String FINE_TUNING = "Fine-tuning";
  private static final String FROM_SCRATCH = "From scratch";

  /** The recipes' epochs are for 200 labels; with five times as many images, fewer passes do. */
  private static final int MANY_LABELS = 1000;

  private static final int EPOCHS_WITH_MANY_LABELS = 25;

  private DemoProtocols() {}

  /** Five ways to use so many labels. */
  static List<Protocol> with(Experiment pretraining, WeightSource pretrained, int labels) {
    var changes = new ArrayList<String>();
    // The network is the pre-training recipe's, whatever --set made of it.
    changes.add(
        "model { %s }".formatted(TextFormat.printer().shortDebugString(pretraining.getModel())));
    if (labels >= MANY_LABELS) {
      changes.add("training { epochs: %d }".formatted(EPOCHS_WITH_MANY_LABELS));
    }
    var none = Optional.<WeightSource>empty();
    var encoder = Optional.of(pretrained);
    return List.of(
        new Protocol(FINE_TUNING, "finetune", recipe("finetune", changes), encoder),
        new Protocol(
            "Partial fine-tuning, 1 block", "partial", recipe("partial", changes), encoder),
        new Protocol("Linear probe", "linear-probe", recipe("linear-probe", changes), encoder),
        new Protocol(FROM_SCRATCH, "scratch", recipe("scratch", changes), none),
        new Protocol("Linear on pixels", "pixel-floor", recipe("pixel-floor", changes), none));
  }

  private static Experiment recipe(String task, List<String> changes) {
    return Recipes.load(FAMILY, task, changes);
  }

  /** Whether this run's classifier is the one to keep: fine-tuned on the most labels. */
  static boolean isExported(Finished finished) {
    return finished.protocol().name().equals(FINE_TUNING)
        && finished.labels() == LABELS.get(LABELS.size() - 1)
        && finished.seed() == 0;
  }

  /** One sentence for each number of labels: fine-tuned against from scratch. */
  static String conclusion(Comparison comparison) {
    var table = new ComparisonTable(comparison);
    return table.labels().stream()
        .map(
            labels -> {
              var tuned = table.cell(FINE_TUNING, labels).orElseThrow();
              var scratch = table.cell(FROM_SCRATCH, labels).orElseThrow();
              return String.format(
                  Locale.ROOT,
                  "With %,d labels, fine-tuning after pre-training gets %s %% right, the same network"
                      + " from scratch %s %%%s.",
                  labels,
                  Percent.of(tuned.getMeanAccuracy()),
                  Percent.of(scratch.getMeanAccuracy()),
                  Statistics.differ(tuned, scratch) ? "" : " (within noise)");
            })
        .collect(Collectors.joining(" "));
  }
}
