package org.maejava.data.source;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.maejava.words.Counted;

/**
 * The images that a text file lists, one a line: a path, relative to the file's folder or absolute,
 * and if there are labels a class. A {@code .csv} file is read as CSV (RFC 4180); in any other the
 * class stands behind a tab, a comma, or the last space.
 */
public final class ImageList {

  private ImageList() {}

  private record Line(String path, String label) {}

  /**
   * Reads a list; every file on it must be there.
   *
   * @param numbered whether a number is a place among the known classes
   * @param known class names by label, or none to take them from the list
   * @param first the number of the first class, where classes are numbers
   * @throws DataException with all that is wrong: files that are missing, a header, lines without a
   *     class among lines with one
   */
  public static Source of(Path file, boolean numbered, List<String> known, int first) {
    var folder = Folders.of(file);
    var lines =
        TextFiles.isCsv(file)
            ? TextFiles.rows(file).stream().map(row -> parsed(file, row)).toList()
            : TextFiles.lines(file).stream().map(line -> parsed(line, folder)).toList();
    if (lines.isEmpty()) {
      throw new DataException("the list " + file + " names no images");
    }
    check(file, folder, lines);
    boolean labelled = !lines.get(0).label().isEmpty();
    var classes =
        labelled
            ? ClassNames.of(
                lines.stream().map(Line::label).toList(),
                numbered,
                known,
                first,
                "the classes on the list " + file)
            : ClassNames.none(lines.size());
    var digest = Digests.sha256();
    for (var line : lines) {
      Digests.put(digest, line.path());
      digest.putLong(folder.resolve(line.path()).toFile().length());
    }
    return new Entries(
        "%s%s on the list %s."
            .formatted(
                Counted.of(lines.size(), "image"),
                labelled ? " of " + Counted.of(classes.classes().size(), "class") : "",
                file),
        classes.classes(),
        lines.stream().map(Line::path).toList(),
        classes.labels().toArray(),
        index -> Folders.bytes(folder.resolve(lines.get(index).path())),
        digest.hash().toString());
  }

  private static Line parsed(Path file, List<String> row) {
    if (row.size() > 2) {
      throw new DataException(
          "the list %s: \"%s\" has %d values; there must be a path and, if there are labels, a class (one with a comma is written in quotation marks)"
              .formatted(file, String.join(",", row), row.size()));
    }
    return new Line(row.get(0), row.size() > 1 ? row.get(1) : "");
  }

  private static Line parsed(String line, Path folder) {
    for (char separator : new char[] {'\t', ','}) {
      int at = line.lastIndexOf(separator);
      if (at > 0) {
        return new Line(line.substring(0, at).strip(), line.substring(at + 1).strip());
      }
    }
    int at = line.lastIndexOf(' ');
    return at < 0 || exists(folder, line)
        ? new Line(line, "")
        : new Line(line.substring(0, at).strip(), line.substring(at + 1));
  }

  private static boolean exists(Path folder, String path) {
    try {
      return Files.isRegularFile(folder.resolve(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static void check(Path file, Path folder, List<Line> lines) {
    var problems = new ArrayList<String>();
    var missing = lines.stream().map(Line::path).filter(path -> !exists(folder, path)).toList();
    var first = lines.get(0);
    if (missing.contains(first.path()) && !Listing.isImage(first.path())) {
      problems.add(
          "its first line, \"%s\", looks like a header and must be left out"
              .formatted(
                  first.label().isEmpty() ? first.path() : first.path() + "," + first.label()));
    }
    if (!missing.isEmpty()) {
      problems.add(
          "%,d of %s not there: %s"
              .formatted(
                  missing.size(),
                  Counted.of(lines.size(), "file is", "files are"),
                  ClassNames.few(missing)));
    }
    var unlabelled = lines.stream().filter(line -> line.label().isEmpty()).map(Line::path).toList();
    if (!unlabelled.isEmpty() && unlabelled.size() < lines.size()) {
      problems.add(
          "%,d of %,d lines have no class: %s"
              .formatted(unlabelled.size(), lines.size(), ClassNames.few(unlabelled)));
    }
    if (!problems.isEmpty()) {
      throw new DataException("the list " + file + ": " + String.join("; ", problems));
    }
  }
}
