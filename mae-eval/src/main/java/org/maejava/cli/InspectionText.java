package org.maejava.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.eval.reliability.OpenClassifier;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.RunRecord;
import org.maejava.proto.TransformerConfig;
import org.maejava.savedmodel.weights.WeightsInspection;
import org.maejava.savedmodel.weights.WeightsInspection.Kind;
import org.maejava.words.ShellWord;

/** What {@code mae inspect} prints of one file. */
final class InspectionText {

  private static final int LISTED = 12;

  private final Path path;
  private final WeightsInspection found;
  private final Optional<RunRecord> record;
  private final List<String> lines = new ArrayList<>();

  private InspectionText(Path path, WeightsInspection found, Optional<RunRecord> record) {
    this.path = path;
    this.found = found;
    this.record = record;
  }

  /**
   * Of one file.
   *
   * @param record of the folder that it is in, of this project's own
   */
  static List<String> lines(Path path, WeightsInspection found, Optional<RunRecord> record) {
    var text = new InspectionText(path, found, record);
    text.write();
    return text.lines;
  }

  private void write() {
    lines.add(path.toString());
    line(
        "is a",
        String.format(
            Locale.ROOT,
            "%s with %,d parameters (%s)",
            found.format(),
            found.parameters(),
            found.types()));
    line("looks like", found.family());
    record
        .filter(run -> run.getTotalSteps() > 0)
        .ifPresent(
            run ->
                line(
                    "of a run",
                    String.format(
                        Locale.ROOT,
                        "%s by %s, recorded at step %,d of %,d",
                        run.getCommand(),
                        run.getRecipe(),
                        run.getSteps(),
                        run.getTotalSteps())));
    found.kind().ifPresent(this::geometry);
    tensors();
    found.assumed().forEach(sentence -> line("assumed", sentence));
    found.notes().forEach(sentence -> line("note", sentence));
    found.obstacles().forEach(sentence -> line("obstacle", sentence));
    if (found.usable()) {
      found.undetermined().forEach(sentence -> line("not told", sentence));
    }
    found.licence().ifPresent(notice -> line("licence", notice));
    uses();
  }

  private void line(String heading, String text) {
    lines.add("  %-12s%s".formatted(heading, text));
  }

  private void geometry(Kind kind) {
    var model = found.experiment().getModel();
    line("holds", kind.description());
    line("images", images(model));
    line("encoder", transformer(model.getEncoder()));
    if (kind == Kind.AUTOENCODER) {
      line("decoder", transformer(model.getDecoder()));
      line(
          "target",
          model.hasNormalisedPixels()
              ? "normalised pixels"
              : model.hasPca() ? "principal components" : "plain pixels");
    }
    if (found.classes() > 0) {
      var names = found.classNames();
      line(
          "classes",
          found.classes()
              + (names.isEmpty()
                  ? ", without names"
                  : ": "
                      + String.join(", ", names.subList(0, Math.min(5, names.size())))
                      + (names.size() > 5 ? ", …" : "")));
    }
  }

  private static String images(ModelConfig model) {
    var image = model.getImage();
    return "%s x %s x %d in patches of %d x %d"
        .formatted(
            image.hasHeight() ? image.getHeight() : "?",
            image.hasWidth() ? image.getWidth() : "?",
            image.getChannels(),
            model.getPatch().getHeight(),
            model.getPatch().getWidth());
  }

  private static String transformer(TransformerConfig config) {
    return "width %d, depth %d, heads %s, MLP ratio %s, epsilon of norms %s"
        .formatted(
            config.getWidth(),
            config.getDepth(),
            config.hasHeads() ? config.getHeads() : "?",
            config.getMlpRatio(),
            config.hasLayerNormEpsilon() ? config.getLayerNormEpsilon().getValue() : 1e-6);
  }

  private void tensors() {
    line(
        "tensors",
        "%d loaded, %d missing, %d misshapen, %d unexpected"
            .formatted(
                found.loaded().size(),
                found.missing().size(),
                found.misshapen().size(),
                found.unexpected().size()));
    list("missing", found.missing());
    list("misshapen", found.misshapen());
    list("unexpected", found.unexpected());
  }

  private void list(String heading, List<String> names) {
    names.stream().limit(LISTED).forEach(name -> line(heading, name));
    if (names.size() > LISTED) {
      line("", "and %d more".formatted(names.size() - LISTED));
    }
  }

  private void uses() {
    if (!found.usable()) {
      line("can be", "used for nothing here");
      return;
    }
    if (!found.undetermined().isEmpty()) {
      line(
          "can be",
          "imported, with what is not told: mae import %s --set … --out DIR"
              .formatted(ShellWord.of(path)));
      return;
    }
    if (record.isEmpty()) {
      line("can be", "imported: mae import %s --out DIR".formatted(ShellWord.of(path)));
    }
    line(
        record.isEmpty() ? "" : "can be",
        "fine-tuned: mae finetune --weights %s --data DATA".formatted(ShellWord.of(path)));
    reconstruction().ifPresent(use -> line("", use));
    if (found.kind().equals(Optional.of(Kind.CLASSIFIER))
        || found.kind().equals(Optional.of(Kind.LINEAR_PROBE))) {
      line("", "fine-tuned with its head: the same with --keep-head");
      if (OpenClassifier.isExported(path)) {
        line("", "asked: mae classify %s IMAGE".formatted(ShellWord.of(path)));
      }
    }
    line("", "exported: mae export %s --out DIR".formatted(ShellWord.of(path)));
  }

  private Optional<String> reconstruction() {
    return found.kind().equals(Optional.of(Kind.AUTOENCODER))
        ? Optional.of("shown: mae reconstruct --weights %s IMAGE".formatted(ShellWord.of(path)))
        : Optional.empty();
  }
}
