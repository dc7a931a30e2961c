package org.maejava.data.spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.data.source.DataException;
import org.maejava.data.source.ImageFolder;
import org.maejava.data.source.ImageList;
import org.maejava.data.source.IndexCache;
import org.maejava.data.source.Shards;
import org.maejava.data.source.Source;
import org.maejava.data.source.TarShards;
import org.maejava.data.source.TextFiles;
import org.maejava.data.source.TfRecords;

/**
 * From a path to the source of one half's images; the option {@code kind}, or else what is found
 * there, decides how it is read.
 */
final class SourceOpener {

  private static final List<String> KINDS = List.of("folder", "tfrecord", "tar", "list");

  private final ParsedSpec text;
  private final IndexCache cache;

  SourceOpener(ParsedSpec text, IndexCache cache) {
    this.text = text;
    this.cache = cache;
    text.option("kind")
        .filter(kind -> !KINDS.contains(kind))
        .ifPresent(
            kind -> {
              throw new DataException(
                  "the data \"%s\": there is no kind=%s; there are %s"
                      .formatted(text.path(), kind, String.join(", ", KINDS)));
            });
  }

  /**
   * Shards of one folder by what their names say.
   *
   * @param training those that are not for evaluation
   * @param evaluation those called val, validation, or test if there is none of them
   */
  record NamedShards(List<Path> training, List<Path> evaluation) {}

  /**
   * The images at a path.
   *
   * @param known class names by label, or none
   * @param mayBeFlat whether the option {@code labels} is about this folder
   */
  Source open(Path path, List<String> known, boolean mayBeFlat) {
    if (Files.isDirectory(path)) {
      var shards = shards(path);
      if (!shards.isEmpty()) {
        return ofShards(shards, known);
      }
      var labels = mayBeFlat ? text.option("labels") : Optional.<String>empty();
      return labels.isPresent()
          ? ImageFolder.labelled(
              path, Path.of(labels.get()), numbered(known), names(known), first(), cache)
          : ImageFolder.of(path, cache);
    }
    if (isPattern(path)) {
      return ofShards(Shards.matching(path), known);
    }
    if (isKind("list", isList(path))) {
      return ImageList.of(path, numbered(known), names(known), first());
    }
    return isKind("tar", Shards.isTar(path)) || isKind("tfrecord", Shards.isTfRecord(path))
        ? ofShards(List.of(path), known)
        : ImageFolder.ofFile(path);
  }

  boolean isPattern(Path path) {
    return !Files.exists(path) && Shards.isPattern(path.getFileName().toString());
  }

  /** The shards of a folder, if it holds shards. */
  Optional<NamedShards> namedShards(Path folder) {
    var all = shards(folder);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    var evaluation = all.stream().filter(shard -> begins(shard, "val")).toList();
    if (evaluation.isEmpty()) {
      evaluation = all.stream().filter(shard -> begins(shard, "test")).toList();
    }
    var training =
        all.stream().filter(shard -> !begins(shard, "val") && !begins(shard, "test")).toList();
    return Optional.of(
        training.isEmpty()
            ? new NamedShards(all, List.of())
            : new NamedShards(training, evaluation));
  }

  /** TFDS writes {@code imagenet2012-validation.tfrecord-…}: the half may follow a hyphen. */
  private static boolean begins(Path shard, String half) {
    var name = shard.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.startsWith(half) || name.contains("-" + half) || name.contains("_" + half);
  }

  private List<Path> shards(Path folder) {
    return Shards.requireWhole(someShards(folder));
  }

  private List<Path> someShards(Path folder) {
    var kind = text.option("kind");
    if (kind.isPresent()) {
      return switch (kind.get()) {
        case "tar" -> Shards.in(folder, Shards::isTar);
        case "tfrecord" -> Shards.in(folder, file -> !Shards.isTar(file));
        default -> List.of();
      };
    }
    var records = Shards.in(folder, Shards::isTfRecord);
    return records.isEmpty() ? Shards.in(folder, Shards::isTar) : records;
  }

  /** Images in shards of one kind. */
  Source ofShards(List<Path> shards, List<String> known) {
    boolean tar =
        text.option("kind").map("tar"::equals).orElseGet(() -> Shards.isTar(shards.get(0)));
    return tar
        ? TarShards.of(shards, namesBeside(shards.get(0), known), first(), cache)
        : TfRecords.of(shards, namesBeside(shards.get(0), known), first(), cache);
  }

  private boolean isKind(String kind, boolean looksLikeIt) {
    return text.option("kind").map(kind::equals).orElse(looksLikeIt);
  }

  private static boolean isList(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(txt|csv|tsv)");
  }

  /**
   * Whether a number may stand for a class: the order in which classes are numbered is given by
   * {@code classes} or said to be that of their names; or there are no other names.
   */
  private boolean numbered(List<String> known) {
    var order = text.option("order");
    if (order.isPresent() && !order.get().equals("sorted")) {
      throw new DataException(
          "the data \"%s\": there is no order=%s; there is sorted"
              .formatted(text.path(), order.get()));
    }
    return known.isEmpty() || order.isPresent() || text.option("classes").isPresent();
  }

  /** The option's class names, else those of the other half. */
  private List<String> names(List<String> known) {
    return text.option("classes").map(file -> TextFiles.names(Path.of(file))).orElse(known);
  }

  /** As {@link #names}, or those in {@code classes.txt} beside a shard. */
  private List<String> namesBeside(Path shard, List<String> known) {
    var file = shard.resolveSibling("classes.txt");
    return known.isEmpty() && text.option("classes").isEmpty() && Files.isRegularFile(file)
        ? TextFiles.names(file)
        : names(known);
  }

  private int first() {
    return Math.toIntExact(text.number("first", 0));
  }
}
