package org.maejava.cli;

import com.google.common.collect.LinkedHashMultiset;
import com.google.common.collect.Multiset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.embed.Embedding;
import org.maejava.eval.embed.Item;
import org.maejava.proto.UnreadableImage;
import org.maejava.savedmodel.FileResult;
import org.maejava.savedmodel.Ranking;
import org.maejava.savedmodel.SavedModel;
import org.maejava.savedmodel.Signatures;
import org.maejava.words.Counted;
import org.maejava.words.ShellWord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae classify}. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say what an exported classifier sees in images.",
      "",
      "The likeliest classes and their probabilities. With --out a file is written, and what was stopped"
          + " goes on with the same command."
    },
    footer = {
      "",
      "Exit status: 0 done, 1 if an image could not be read and was left out.",
      "Examples:",
      "  mae classify saved-models/models/classes some.jpg other.png",
      "  mae classify saved-models/models/classes --data photos/ --out photos.csv"
    })
final class ClassifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "IMAGE", description = "Image files.")
  private List<Path> files = List.of();

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      description = "A data set instead of files; `mae data --help` tells the syntax.")
  private @Nullable String data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "With --data: a .csv or .jsonl file to write instead of printing.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (files.isEmpty() == (data == null)) {
      throw new UsageException("give image files or --data, one of the two");
    }
    if (out != null && data == null) {
      throw new UsageException("--out needs --data");
    }
    for (var file : files) {
      if (Files.isDirectory(file)) {
        throw new UsageException(
            "%s is a folder; --data %s takes the images in it".formatted(file, ShellWord.of(file)));
      }
    }
    try (var opened = model.open()) {
      requireClassifier(opened);
      return data == null ? ofFiles(opened) : ofData(opened, ImageSet.open(data));
    }
  }

  private void requireClassifier(SavedModel opened) {
    if (opened.functions().stream().noneMatch(f -> f.name().equals(Signatures.CLASSIFY))) {
      throw new UsageException(
          model.folder + " is no classifier: it gives features; see `mae embed`");
    }
  }

  private int ofFiles(SavedModel opened) {
    var print = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    boolean all = true;
    try (Stream<FileResult<Ranking>> results = opened.classify(files.stream())) {
      for (var result : (Iterable<FileResult<Ranking>>) results::iterator) {
        if (result instanceof FileResult.Success<Ranking> success) {
          print.printf("%s: %s%n", success.file(), success.value());
        } else if (result instanceof FileResult.Failure<Ranking> failure) {
          all = false;
          err.printf("mae: note: skipped %s: %s%n", failure.file(), failure.reason());
        }
      }
    }
    print.flush();
    err.flush();
    return all ? 0 : 1;
  }

  private int ofData(SavedModel opened, ImageSet images) throws IOException {
    var file = out;
    if (file == null) {
      // Its lines are the progress.
      return print(images, model.embedding(images, opened, done -> {}));
    }
    var rows =
        model.over(
            images,
            opened,
            "classified",
            embedding -> embedding.classes(file, model.replacement.wanted()));
    int total = images.size();
    if (rows.getDone() < total) {
      return model.stopped(rows, total);
    }
    var print = spec.commandLine().getOut();
    return model.end(
        rows,
        images,
        file,
        () -> print.printf(Locale.ROOT, "%s: %s%n", file, Counted.of(rows.getRows(), "image")));
  }

  private int print(ImageSet images, Embedding embedding) throws IOException {
    var counts = new Counts(images, spec.commandLine().getOut(), spec.commandLine().getErr());
    boolean ended = embedding.classes(counts);
    counts.end();
    return ended ? counts.skipped == 0 ? 0 : 1 : ExitStatus.STOPPED;
  }

  /** Prints, and counts what is right where labels are known. */
  private static final class Counts implements Embedding.Taker<Ranking> {
    private final ImageSet images;
    private final PrintWriter print;
    private final PrintWriter err;

    /** By half: images whose class the model knows, and right answers. */
    private final Multiset<String> labelled = LinkedHashMultiset.create();

    private final Multiset<String> right = LinkedHashMultiset.create();
    private int ofOtherClasses;
    private int skipped;

    Counts(ImageSet images, PrintWriter print, PrintWriter err) {
      this.images = images;
      this.print = print;
      this.err = err;
    }

    @Override
    public void answer(Item<Ranking> item) {
      print.printf("%s: %s%n", images.shown(item.half(), item.name()), item.answer());
      if (item.answer().scores().stream().anyMatch(s -> s.name().equals(item.label()))) {
        labelled.add(item.half());
        if (item.label().equals(item.answer().best().name())) {
          right.add(item.half());
        }
      } else if (!item.label().isEmpty()) {
        ofOtherClasses++;
      }
    }

    @Override
    public void unreadable(UnreadableImage image) {
      skipped++;
      err.printf("mae: note: skipped %s: %s%n", images.shown(image.getName()), image.getReason());
    }

    void end() {
      // A model may have learned from one half, so they are never one figure.
      for (var half : labelled.elementSet()) {
        print.printf(
            Locale.ROOT,
            "%s%,d of %s right (%.1f %%)%n",
            labelled.elementSet().size() > 1 ? half + ": " : "",
            right.count(half),
            Counted.of(labelled.count(half), "image with a label is", "images with labels are"),
            100.0 * right.count(half) / labelled.count(half));
      }
      if (ofOtherClasses > 0) {
        print.printf(
            Locale.ROOT,
            "%s of classes that the model does not know%n",
            Counted.of(ofOtherClasses, "image is", "images are"));
      }
      print.flush();
      err.flush();
    }
  }
}
