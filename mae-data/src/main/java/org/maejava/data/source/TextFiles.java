package org.maejava.data.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.maejava.storage.IoReason;

/** A text file's lines without comments (#) and blank lines. */
public final class TextFiles {

  private TextFiles() {}

  public static List<String> lines(Path file) {
    try {
      Folders.requireFile(file);
      return Files.readString(file, StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be read as lines of UTF-8 text: " + IoReason.of(e), e);
    }
  }
}
