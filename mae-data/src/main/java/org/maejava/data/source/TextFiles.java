package org.maejava.data.source;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.maejava.storage.IoReason;
import org.maejava.storage.TextFile;

/** Text files that go with images, in UTF-8, without comments (#) and blank lines. */
public final class TextFiles {

  /** RFC 4180; spaces around a value are no part of it unless they are quoted. */
  private static final CSVFormat CSV =
      CSVFormat.RFC4180
          .builder()
          .setCommentMarker('#')
          .setIgnoreEmptyLines(true)
          .setIgnoreSurroundingSpaces(true)
          .get();

  private TextFiles() {}

  /** Whether a file is read as CSV: its name ends in {@code .csv}. */
  static boolean isCsv(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
  }

  /** A file's lines. */
  static List<String> lines(Path file) {
    return text(file)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  /**
   * The values of a CSV file's lines.
   *
   * @throws DataException also if a quotation mark is not closed or not at a value's ends, or a
   *     value is longer than a line
   */
  static List<List<String>> rows(Path file) {
    try (var parser = CSVParser.parse(new StringReader(text(file)), CSV)) {
      var rows = parser.stream().map(CSVRecord::toList).toList();
      for (var row : rows) {
        for (var value : row) {
          if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new DataException(
                "%s: a value goes on behind the end of its line: \"%s\""
                    .formatted(file, value.replaceAll("\\R", "\\\\n")));
          }
        }
      }
      return rows;
    } catch (UncheckedIOException e) {
      // The parser's own message is that of the exception in it, behind the type's name.
      throw new DataException(
          "%s cannot be read as CSV: %s"
              .formatted(file, String.valueOf(e.getMessage()).replaceFirst("^\\S+Exception: ", "")),
          e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read as CSV: " + IoReason.of(e), e);
    }
  }

  /**
   * Names, one a line.
   *
   * @throws DataException also if a CSV file has more than one column
   */
  public static List<String> names(Path file) {
    if (!isCsv(file)) {
      return lines(file);
    }
    var rows = rows(file);
    rows.stream()
        .filter(row -> row.size() > 1)
        .findFirst()
        .ifPresent(
            row -> {
              throw new DataException(
                  "%s must have one name a line; it has %s (a name with a comma is written in quotation marks)"
                      .formatted(file, row));
            });
    return rows.stream().map(row -> row.get(0)).toList();
  }

  private static String text(Path file) {
    try {
      Folders.requireFile(file);
      return TextFile.read(file);
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be read as lines of UTF-8 text: " + IoReason.of(e), e);
    }
  }
}
