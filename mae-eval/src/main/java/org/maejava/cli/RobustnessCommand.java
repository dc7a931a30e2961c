package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.proto.RobustnessRecord;
import org.maejava.eval.reliability.OpenClassifier;
import org.maejava.eval.reliability.Robustness;
import org.maejava.eval.run.RunFolder;
import org.maejava.words.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mae robustness}. */
@Command(
    name = "robustness",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say how a classifier does on images that are made worse.",
      "",
      "Eight kinds of noise, blur, light and compression in five severities each, after ImageNet-C, on the"
          + " evaluation half; their mean error is the mean corruption error. It takes 41 times as long as"
          + " one evaluation."
    },
    footer = {"", "Example:  mae robustness runs/finetune --data photos/"})
final class RobustnessCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Threads threads;
  @Mixin private RecordOutput output;
  @Mixin private Replacement replacement;

  @Mixin private ClassifierOptions asked;

  @Option(
      names = "--reference",
      paramLabel = "MODEL",
      description =
          "Another classifier of the same classes: errors are also given relative to its, as published.")
  private @Nullable Path reference;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of noise and directions. Default: ${DEFAULT-VALUE}",
      defaultValue = "0")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The record. Default: robustness.json in the run's folder, for its report; of an exported"
              + " classifier, in the current folder.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    var file = asked.record(out, RunFolder.ROBUSTNESS);
    replacement.require(spec, file);
    var machine = threads.machine();
    var images = ImageSet.open(asked.data);
    var record = judged(asked.model, images, machine).setModel(asked.model.toString());
    record.setData(asked.data).setSeed(seed);
    if (reference != null) {
      Robustness.relate(record, judged(reference, images, machine).build());
      record.setReference(reference.toString());
    }
    output.write(record.build(), file);
    show(record.build());
    ModelOptions.report(record.getUnreadableList(), spec.commandLine().getErr());
    output.print("%s", asked.written(file));
    return 0;
  }

  private RobustnessRecord.Builder judged(Path folder, ImageSet images, Machine machine)
      throws IOException {
    try (var classifier = OpenClassifier.open(folder, machine)) {
      Notes.print(spec, classifier.unfinished());
      var source = classifier.requireJudged(images);
      try (var progress = new CountProgress("judged", source.size(), () -> false)) {
        return Robustness.of(classifier, source, seed, machine.threads(), progress, () -> false)
            .record()
            .setStep(classifier.step());
      }
    }
  }

  private void show(RobustnessRecord record) {
    output.print(
        "wrong answers, %%, of %s: %.1f as they are",
        Counted.of(record.getImages(), "image"), 100 * record.getCleanError());
    output.print("%-16s %6s %6s %6s %6s %6s   %6s", "severity", 1, 2, 3, 4, 5, "mean");
    for (var kind : record.getKindsList()) {
      output.print(
          "%-16s %s   %6.1f",
          kind.getKind(),
          kind.getErrorsList().stream()
              .map(error -> String.format(Locale.ROOT, "%6.1f", 100 * error))
              .collect(Collectors.joining(" ")),
          100 * kind.getMeanError());
    }
    output.print("mean corruption error %.1f %%", 100 * record.getMeanCorruptionError());
    if (record.hasReference()) {
      output.print(
          "relative to %s: %.1f %%",
          record.getReference(), 100 * record.getRelativeMeanCorruptionError());
    }
  }
}
