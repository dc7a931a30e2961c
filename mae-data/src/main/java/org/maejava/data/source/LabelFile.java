package org.maejava.data.source;

import com.google.common.io.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maejava.words.Counted;

/** A text file that says the classes of the images of one folder. */
final class LabelFile {

  private LabelFile() {}

  /** Whose second column, as Kaggle writes it for ImageNet, has boxes behind the class. */
  private static final String WITH_BOXES = "PredictionString";

  /**
   * The class of each image as it is written.
   *
   * @param images names, sorted
   * @throws DataException if there is not one for each
   */
  static List<String> read(Path file, List<String> images) {
    var rows = rows(file);
    boolean paired = !rows.isEmpty() && rows.stream().allMatch(row -> row.size() > 1);
    if (!paired) {
      return column(file, rows, images);
    }
    boolean boxes = rows.get(0).get(1).equals(WITH_BOXES);
    Map<String, String> classes = new HashMap<>();
    for (var row : rows) {
      var written = boxes ? row.get(1).replaceFirst("\\s.*", "") : row.get(1);
      classes.put(row.get(0), written);
      classes.putIfAbsent(Files.getNameWithoutExtension(row.get(0)), written);
    }
    var without = images.stream().filter(name -> written(classes, name).isEmpty()).toList();
    if (!without.isEmpty()) {
      throw new DataException(
          "%s has no class for %,d of %s: %s"
              .formatted(
                  file,
                  without.size(),
                  Counted.of(images.size(), "image"),
                  ClassNames.few(without)));
    }
    return images.stream().map(name -> written(classes, name).orElseThrow()).toList();
  }

  private static Optional<String> written(Map<String, String> classes, String image) {
    return Optional.ofNullable(classes.get(image))
        .or(() -> Optional.ofNullable(classes.get(Files.getNameWithoutExtension(image))));
  }

  /** Of CSV its values, of other text what is between commas and spaces. */
  private static List<List<String>> rows(Path file) {
    if (TextFiles.isCsv(file)) {
      return TextFiles.rows(file);
    }
    var lines = TextFiles.lines(file);
    var rows = lines.stream().map(line -> List.of(line.split("[,\\s]+"))).toList();
    // Of classes alone a line is one class, spaces and all.
    return rows.stream().allMatch(row -> row.size() > 1)
        ? rows
        : lines.stream().map(List::of).toList();
  }

  private static List<String> column(Path file, List<List<String>> rows, List<String> images) {
    if (rows.size() != images.size()) {
      throw new DataException(
          "%s has %s for %s; there must be one class for each, or lines of name and class%s"
              .formatted(
                  file,
                  Counted.of(rows.size(), "line"),
                  Counted.of(images.size(), "image"),
                  rows.size() == images.size() + 1
                      ? " (is the first, \"%s\", a header?)"
                          .formatted(String.join(",", rows.get(0)))
                      : ""));
    }
    var longer = rows.stream().filter(row -> row.size() > 1).toList();
    if (!longer.isEmpty()) {
      throw new DataException(
          "%s: some lines have one value, others more, such as %s (in CSV a class with a comma is written in quotation marks)"
              .formatted(file, longer.get(0)));
    }
    var known = Set.copyOf(images);
    var pairs =
        rows.stream()
            .map(row -> row.get(0))
            .filter(value -> value.contains(" ") || value.contains("\t") || value.contains(";"))
            .filter(value -> known.contains(value.replaceFirst("[\\s;].*", "")))
            .toList();
    if (!pairs.isEmpty()) {
      throw new DataException(
          "%s is read as CSV, where a comma stands between name and class: \"%s\""
              .formatted(file, pairs.get(0)));
    }
    return rows.stream().map(row -> row.get(0)).toList();
  }
}
