package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.maejava.data.segment.SegmentationFolder;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.proto.SegmentationRecord;
import org.maejava.eval.run.Origin;
import org.maejava.eval.run.RecipeChoice;
import org.maejava.eval.run.Weights;
import org.maejava.eval.segment.SegmentationProbe;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
import org.maejava.proto.Pooling;
import org.maejava.weights.WeightDigest;
import org.maejava.words.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mae segment}. */
@Command(
    name = "segment",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say what frozen patch tokens know of every pixel.",
      "",
      "A linear head on each patch, and the mean intersection over union of what it answers, in the size"
          + " that the network sees. --data is a folder with train/images, train/labels, val/images and"
          + " val/labels; label maps are PNGs of class indices, 255 is ignored; classes.txt names classes."
    },
    footer = {"", "Example:  mae segment --weights runs/photos --data scenes/"})
final class SegmentCommand implements Callable<Integer> {

  private static final String COMMAND = "segment";

  @Spec private CommandSpec spec;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "PATH",
      description =
          "Pre-trained weights: a run's folder, a checkpoint, an exported or imported model, or a file"
              + " of PyTorch or safetensors.")
  private Path weights;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Images and label maps.")
  private Path data;

  @Mixin private RunOptions.Recipe recipe;
  @Mixin private RunOptions.Threads threads;
  @Mixin private Replacement replacement;
  @Mixin private RecordOutput output;

  @Option(
      names = "--penalties",
      paramLabel = "X",
      split = ",",
      description =
          "Half of it times the squared weights is added to the mean loss; one is not chosen from."
              + " Default: ${DEFAULT-VALUE}",
      defaultValue = "1e-4,1e-3,1e-2,1e-1")
  private List<Double> penalties;

  @Option(
      names = "--held-out",
      paramLabel = "SHARE",
      description = "Of training images, to choose the penalty on. Default: ${DEFAULT-VALUE}",
      defaultValue = "0.2")
  private double heldOut;

  @Option(
      names = "--patches",
      paramLabel = "N",
      description =
          "Learn from so many at most, as many of each image, drawn by the seed. Default:"
              + " ${DEFAULT-VALUE}",
      defaultValue = "200000")
  private int patches;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The record. Default: ${DEFAULT-VALUE}",
      defaultValue = "segmentation.json")
  private Path out;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    replacement.require(spec, out);
    var asked =
        new SegmentationProbe.Asked(
            penalties, heldOut, patches, recipe.seed == null ? 0 : recipe.seed);
    var folder = SegmentationFolder.open(data);
    var machine = threads.machine();
    try (var open = Weights.open(weights)) {
      Notes.print(spec, open.unfinished());
      var found =
          new RecipeChoice(Optional.ofNullable(recipe.name), recipe.set, Optional.empty())
              .find(Protocol.LINEAR_PROBE, Optional.of(open));
      var experiment = dense(found.experiment(), open);
      var source = open.startOf(experiment.getModel(), 1, false).source();
      var start = new Pretrained(open.name(), source, WeightDigest.of(source), open.licence());
      var origin =
          Origin.now(COMMAND, found.name(), Clock.systemUTC()).typed(Typed.of(spec).toString());
      var record = probed(experiment, start, folder, asked, machine);
      record
          .setWeights(weights.toString())
          .setWeightsLicence(open.licence())
          .setData(data.toString())
          .setRecipe(found.name())
          .setProvenance(origin.provenance(machine));
      output.write(record.build(), out);
      show(record.build());
      return 0;
    }
  }

  /** Tokens after the encoder's last norm, where there is one. */
  private static Experiment dense(Experiment experiment, Weights weights) {
    var dense = experiment.toBuilder().clearTraining();
    dense
        .getClassificationBuilder()
        .setPooling(
            weights.file().shapes().containsKey("norm.weight")
                ? Pooling.CLASS_TOKEN
                : Pooling.AVERAGE);
    return dense.build();
  }

  private static SegmentationRecord.Builder probed(
      Experiment experiment,
      Pretrained start,
      SegmentationFolder folder,
      SegmentationProbe.Asked asked,
      Machine machine)
      throws IOException {
    int total = folder.training().images().size() + folder.evaluation().images().size();
    try (var probe = new SegmentationProbe(experiment, start, folder, asked, machine, () -> false);
        var progress = new CountProgress("segmented", total, () -> false)) {
      return probe.run(progress);
    }
  }

  private void show(SegmentationRecord record) {
    var scores = record.getScores();
    for (var one : scores.getClassesList()) {
      output.print(
          "%-24s %s",
          one.getName(),
          one.hasIou()
              ? String.format(Locale.ROOT, "%5.1f %%", 100 * one.getIou())
              : "in no evaluation image");
    }
    output.print(
        "mean IoU %.1f %%, %.1f %% of pixels right; %s, penalty %s",
        100 * scores.getMeanIou(),
        100 * scores.getPixelAccuracy(),
        Counted.of(record.getEvaluationImages(), "image"),
        record.getPenalty());
    ModelOptions.report(record.getUnreadableList(), spec.commandLine().getErr());
    output.print("record: %s", out);
  }
}
