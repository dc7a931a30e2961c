package org.maejava.data.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.data.source.Cifar;
import org.maejava.data.source.DataException;
import org.maejava.data.source.FashionMnist;
import org.maejava.data.source.FileNames;
import org.maejava.data.source.Idx;
import org.maejava.data.source.IndexCache;
import org.maejava.data.source.Nothing;
import org.maejava.data.source.Relabelled;
import org.maejava.data.source.Source;
import org.maejava.data.source.Splits;
import org.maejava.words.Spelling;

/** From a spec to its two halves. */
final class SpecOpener {

  /** Of a folder's entries, for what was meant. */
  private static final int LOOKED_AT = 10_000;

  private final String spec;
  private final ParsedSpec text;
  private final SourceOpener halves;

  SpecOpener(String spec, IndexCache cache) {
    this.spec = spec;
    text = ParsedSpec.parse(spec);
    halves = new SourceOpener(text, cache);
  }

  ImageSet open() {
    if (text.option("val").isPresent() && text.option("evaluation").isPresent()) {
      throw new DataException(
          "the data \"%s\": val= and evaluation= both say what is evaluated on; give one"
              .formatted(spec));
    }
    var data = cut(halved());
    var other = text.option("evaluation");
    var evaluation =
        other.isPresent()
            ? halves.open(path(other.get()), data.training.classes(), true)
            : data.evaluation;
    text.checkAllApply();
    return new ImageSet(spec, data.training, aligned(evaluation, data.training.classes()));
  }

  private record Halved(Source training, Source evaluation) {}

  private Halved halved() {
    if (text.path().equals(FashionMnist.NAME)) {
      return new Halved(FashionMnist.training(), FashionMnist.evaluation());
    }
    var path = path(text.path());
    return Files.isDirectory(path) ? ofFolder(path) : ofFile(path);
  }

  private Halved ofFile(Path path) {
    if (!Files.isRegularFile(path) && !halves.isPattern(path)) {
      throw unknown();
    }
    return new Halved(
        halves.open(path, List.of(), false), new Nothing(path + " is one half alone"));
  }

  private Halved ofFolder(Path folder) {
    var train = folder.resolve("train");
    var val = folder.resolve("val");
    if (Files.isDirectory(train)) {
      var training = halves.open(train, List.of(), false);
      return new Halved(
          training,
          Files.isDirectory(val)
              // Options are not about images that another option replaces.
              ? halves.open(val, training.classes(), !text.replacesEvaluation())
              : new Nothing(folder + " has no folder val"));
    }
    if (Files.isDirectory(val)) {
      throw new DataException(
          "the folder %s has val but no train; give it one, or give %s itself"
              .formatted(folder, val));
    }
    var idx = idx(folder, "train");
    if (idx.isPresent()) {
      return new Halved(
          idx.get(),
          idx(folder, "t10k")
              .orElseGet(() -> new Nothing(folder + " has no t10k-images-idx3-ubyte")));
    }
    if (Cifar.isIn(folder)) {
      boolean coarse = Cifar.hasSuperclasses(folder) && text.flag("coarse");
      return new Halved(Cifar.training(folder, coarse), Cifar.evaluation(folder, coarse));
    }
    var shards = halves.namedShards(folder);
    if (shards.isPresent()) {
      var training = halves.ofShards(shards.get().training(), List.of());
      return new Halved(
          training,
          shards.get().evaluation().isEmpty()
              ? new Nothing(folder + " has no shards called val, validation or test")
              : halves.ofShards(shards.get().evaluation(), training.classes()));
    }
    return new Halved(
        halves.open(folder, List.of(), true),
        new Nothing(folder + " has no folders train and val"));
  }

  private static Optional<Source> idx(Path folder, String half) {
    for (var ending : List.of("", ".gz")) {
      var images = folder.resolve(half + "-images-idx3-ubyte" + ending);
      var labels = folder.resolve(half + "-labels-idx1-ubyte" + ending);
      if (Files.isRegularFile(images)) {
        return Optional.of(Idx.read(images, labels));
      }
    }
    return Optional.empty();
  }

  /** The options {@code val} and {@code train}, in this order. */
  private Halved cut(Halved data) {
    var cut = data;
    var val = text.option("val");
    if (val.isPresent()) {
      var split = split(data.training, val.get());
      cut = new Halved(split.rest(), split.cut());
    }
    var train = text.option("train");
    return train.isPresent()
        ? new Halved(split(cut.training, train.get()).cut(), cut.evaluation)
        : cut;
  }

  private Splits.Split split(Source source, String amount) {
    long seed = text.number("seed", 0);
    try {
      if (amount.contains(".")) {
        double fraction = Double.parseDouble(amount);
        if (fraction > 0 && fraction < 1) {
          return Splits.byFraction(source, fraction, seed);
        }
      } else if (Integer.parseInt(amount) > 0) {
        return Splits.perClass(source, Integer.parseInt(amount), seed);
      }
    } catch (NumberFormatException e) {
      // Refused below, with what is possible.
    }
    throw new DataException(
        "the data \"%s\": %s is neither a share between 0 and 1, such as 0.1, nor a number of images of each class"
            .formatted(spec, amount));
  }

  /** With the training half's labels, if its classes are among those. */
  private static Source aligned(Source evaluation, List<String> classes) {
    return evaluation.size() > 0
            && !evaluation.classes().equals(classes)
            && !evaluation.classes().isEmpty()
            && classes.containsAll(evaluation.classes())
        ? new Relabelled(evaluation, classes)
        : evaluation;
  }

  private Path path(String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw unknown();
    }
  }

  private DataException unknown() {
    var locale = FileNames.problem(text.path());
    if (locale.isPresent()) {
      return new DataException(locale.get());
    }
    var meant = Spelling.meant(text.path(), beside(text.path()));
    return new DataException(
        meant.isEmpty()
            ? "there is no file or folder \"%s\"; --data takes %s (bundled), a folder with train/<class>/ and val/<class>/, a folder of <class>/, of images, of IDX, CIFAR, TFRecord or tar files, a list of images (.txt, .csv, .tsv), or an image"
                .formatted(text.path(), FashionMnist.NAME)
            : "there is no file or folder \"%s\"%s".formatted(text.path(), meant));
  }

  /** What might have been meant: what lies in the same folder, and what is bundled. */
  private static List<String> beside(String typed) {
    var names = new ArrayList<>(List.of(FashionMnist.NAME));
    try {
      var path = Path.of(typed);
      var parent = path.getParent();
      try (var entries = Files.list(parent == null ? Path.of("") : parent)) {
        entries
            .limit(LOOKED_AT)
            .filter(entry -> !entry.getFileName().toString().startsWith("."))
            .map(entry -> path.resolveSibling(entry.getFileName()).toString())
            .forEach(names::add);
      }
    } catch (IOException | InvalidPathException e) {
      // There is no such folder either.
    }
    return names;
  }
}
