package org.maejava.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that somebody wrote with an editor or a spreadsheet. */
public final class TextFile {

  /** What some editors begin a file of UTF-8 with; Java's decoder leaves it in. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFile() {}

  /**
   * A file's UTF-8 text without a byte-order mark at its start.
   *
   * @throws IOException if it cannot be read or is no UTF-8
   */
  public static String read(Path file) throws IOException {
    var text = Files.readString(file, UTF_8);
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
  }
}
