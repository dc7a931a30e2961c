package org.maejava.eval.demo;

import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.maejava.eval.compare.ComparisonTable;
import org.maejava.eval.compare.ProtocolComparison.Candidate;
import org.maejava.eval.compare.ProtocolComparison.Finished;
import org.maejava.eval.compare.ProtocolComparison.Pretrained;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.report.Percent;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;

/** What the demo compares, and the sentence it draws from that. */
final class DemoCandidates {

  /** The bundled recipes' family. */
  static final String FAMILY = "demo";

  /** Labelled images in all. */
  static final List<Integer> LABELS = List.of(200, 1000);

  /** The recipes' epochs are for 200 labels; with five times as many images, fewer passes do. */
  private static final int MANY_LABELS = 1000;

  private static final int EPOCHS_WITH_MANY_LABELS = 25;

  private DemoCandidates() {}

  /**
   * Five ways to use so many labels.
   *
   * @param share of the recipes' epochs
   */
  static List<Candidate> with(
      Experiment pretraining, double share, Pretrained pretrained, int labels) {
    var changes = new ArrayList<String>();
    // The network is the pre-training recipe's, whatever --set made of it.
    changes.add(
        "model { %s }".formatted(TextFormat.printer().shortDebugString(pretraining.getModel())));
    if (labels >= MANY_LABELS) {
      changes.add("training { epochs: %d }".formatted(EPOCHS_WITH_MANY_LABELS));
    }
    var none = Optional.<Pretrained>empty();
    var encoder = Optional.of(pretrained);
    return List.of(
        candidate(Protocol.FINETUNE.title(), Protocol.FINETUNE, changes, share, encoder),
        candidate("Partial fine-tuning, 1 block", Protocol.PARTIAL, changes, share, encoder),
        candidate(Protocol.LINEAR_PROBE.title(), Protocol.LINEAR_PROBE, changes, share, encoder),
        candidate(Protocol.SCRATCH.title(), Protocol.SCRATCH, changes, share, none),
        candidate(Protocol.PIXEL_FLOOR.title(), Protocol.PIXEL_FLOOR, changes, share, none));
  }

  private static Candidate candidate(
      String name,
      Protocol protocol,
      List<String> changes,
      double share,
      Optional<Pretrained> pretrained) {
    var recipe = Recipes.name(FAMILY, protocol.command());
    var experiment = Recipes.load(recipe, protocol.command(), changes);
    int epochs = (int) Math.max(1, Math.round(share * experiment.getTraining().getEpochs()));
    return new Candidate(name, protocol, recipe, Recipes.lasting(experiment, epochs), pretrained);
  }

  /** Whether this run's classifier is the one to keep: fine-tuned on the most labels. */
  static boolean isExported(Finished finished) {
    return finished.candidate().protocol() == Protocol.FINETUNE
        && finished.labels() == LABELS.get(LABELS.size() - 1)
        && finished.seed() == 0;
  }

  /** One sentence for each number of labels: fine-tuned against from scratch. */
  static String conclusion(Comparison comparison) {
    var table = new ComparisonTable(comparison);
    return table.labels().stream()
        .map(
            labels -> {
              var tuned = table.cell(Protocol.FINETUNE.title(), labels).orElseThrow();
              var scratch = table.cell(Protocol.SCRATCH.title(), labels).orElseThrow();
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
