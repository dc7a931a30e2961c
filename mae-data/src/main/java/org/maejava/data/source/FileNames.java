package org.maejava.data.source;

import java.nio.charset.Charset;
import java.util.Optional;

/** Names that this process's locale cannot say. */
public final class FileNames {

  /** What Java makes of bytes that are no text in the locale's encoding. */
  private static final char UNKNOWN = '\ufffd';

  private FileNames() {}

  /**
   * What to do about a name with characters that the locale has no bytes for, as all but ASCII in
   * {@code LC_ALL=C}; nothing if the name or the locale is fine.
   */
  public static Optional<String> problem(String name) {
    var encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    boolean fine =
        encoding.equalsIgnoreCase("UTF-8")
            || !Charset.isSupported(encoding)
            || (name.indexOf(UNKNOWN) < 0
                && Charset.forName(encoding).newEncoder().canEncode(name));
    return fine
        ? Optional.empty()
        : Optional.of(
            "the name %s cannot be read in this locale, whose encoding is %s: set LC_ALL=C.UTF-8 in the environment and start again"
                .formatted(name, encoding));
  }
}
