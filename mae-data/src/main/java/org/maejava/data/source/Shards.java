package org.maejava.data.source;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.maejava.data.DataException;

/** Which files of a folder are meant: shards, by a pattern or by their names. */
public final class Shards {

  private static final Pattern RANGE = Pattern.compile("\\{(\\d+)\\.\\.(\\d+)}");
  private static final Pattern TFRECORD =
      Pattern.compile("(?i).*\\.tfrecords?([-.].*)?|.*-\\d{5}-of-\\d{5}");
  private static final Pattern TAR = Pattern.compile("(?i).*\\.tar");

  private Shards() {}

  public static boolean isTfRecord(Path file) {
    return TFRECORD.matcher(name(file)).matches();
  }

  public static boolean isTar(Path file) {
    return TAR.matcher(name(file)).matches();
  }

  /** Files of a folder, sorted by name. */
  public static List<Path> in(Path folder, Predicate<Path> wanted) {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> !name(file).startsWith("."))
          .filter(wanted)
          .filter(Files::isRegularFile) // last: it asks the file system
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DataException("the folder " + folder + " cannot be listed: " + e, e);
    }
  }

  /** Whether a name is a pattern: {@code *}, or {@code {000..099}} as WebDataset writes ranges. */
  public static boolean isPattern(String name) {
    return name.contains("*") || RANGE.matcher(name).find();
  }

  /**
   * The files that match a pattern's last segment.
   *
   * @throws DataException if there are none
   */
  public static List<Path> matching(Path pattern) {
    var folder = pattern.toAbsolutePath().getParent();
    var wanted = regex(name(pattern));
    if (!Files.isDirectory(folder)) {
      throw new DataException("there is no folder " + folder + " for " + pattern);
    }
    var found = in(folder, file -> wanted.test(name(file)));
    if (found.isEmpty()) {
      throw new DataException("no file matches " + pattern);
    }
    return found;
  }

  /** {@code *} is anything, {@code {a..b}} a number in between, of as many digits. */
  private static Predicate<String> regex(String pattern) {
    var range = RANGE.matcher(pattern);
    if (range.find()) {
      int width = range.group(1).length();
      var before = literal(pattern.substring(0, range.start()));
      var after = literal(pattern.substring(range.end()));
      var whole = Pattern.compile(before + "(\\d{" + width + "})" + after);
      long from = Long.parseLong(range.group(1));
      long to = Long.parseLong(range.group(2));
      return name -> {
        var matcher = whole.matcher(name);
        return matcher.matches()
            && Long.parseLong(matcher.group(1)) >= from
            && Long.parseLong(matcher.group(1)) <= to;
      };
    }
    return Pattern.compile(literal(pattern)).asMatchPredicate();
  }

  private static String literal(String text) {
    return Splitter.on('*')
        .splitToStream(text)
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
