package org.maejava.data.source;

import com.google.common.io.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.words.Counted;

/** A text file that says the classes of the images of one folder. */
final class LabelFile {

  private LabelFile() {}

  /**
   * The class of each image as it is written.
   *
   * @param images names, sorted
   * @throws DataException if there is not one for each
   */
  static List<String> read(Path file, List<String> images) {
    var lines = TextFiles.lines(file);
    boolean paired = lines.stream().allMatch(line -> fields(line).length > 1);
    if (!paired) {
      if (lines.size() != images.size()) {
        throw new DataException(
            "%s has %s for %s; there must be one class for each, or lines of name and"
                    .formatted(
                        file, Counted.of(lines.size(), "line"), Counted.of(images.size(), "image"))
                + " class");
      }
      return lines;
    }
    Map<String, String> classes = new HashMap<>();
    for (var line : lines) {
      var fields = fields(line);
      classes.put(fields[0], fields[1]);
      classes.putIfAbsent(Files.getNameWithoutExtension(fields[0]), fields[1]);
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

  private static String[] fields(String line) {
    return line.split("[,\\s]+");
  }
}
