package org.maejava.data.source;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.maejava.storage.IoReason;
import org.maejava.words.Counted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which files of a folder are meant: shards, by a pattern or by their names. */
public final class Shards {

  private static final Pattern RANGE = Pattern.compile("\\{(\\d{1,9})\\.\\.(\\d{1,9})}");
  private static final Pattern TFRECORD =
      Pattern.compile("(?i).*\\.tfrecords?([-.].*)?|.*-\\d{5}-of-\\d{5}(\\.(gz|zlib))?");
  private static final Pattern TAR = Pattern.compile("(?i).*\\.(tar|tar\\.gz|tgz|tar\\.zst)");

  private static final Pattern OF = Pattern.compile("(.*)-(\\d{5,9})-of-(\\d{5,9})(.*)");
  private static final Pattern LAST_NUMBER = Pattern.compile("(.*?)(\\d{1,9})(\\D*)");

  private static final Logger log = LoggerFactory.getLogger(Shards.class);

  private static final int MAX_SHARDS = 1_000_000;

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
      throw new DataException("the folder " + folder + " cannot be listed: " + IoReason.of(e), e);
    }
  }

  /** Whether a name is a pattern: {@code *}, or {@code {000..099}} as WebDataset writes ranges. */
  public static boolean isPattern(String name) {
    return name.contains("*") || RANGE.matcher(name).find();
  }

  /**
   * The files that match a pattern's last segment, sorted by name. Every number of a range must be
   * there: a missing shard would be missing images.
   *
   * @throws DataException naming what is not there
   */
  public static List<Path> matching(Path pattern) {
    var folder = Folders.of(pattern);
    if (!Files.isDirectory(folder)) {
      throw new DataException("there is no folder " + folder + " for " + pattern);
    }
    var all = in(folder, file -> true);
    var wantedNames = expanded(name(pattern)).stream().map(Shards::wanted).toList();
    var found = new TreeSet<Path>();
    var missing = new ArrayList<String>();
    for (var name : expanded(name(pattern))) {
      var wanted = wanted(name);
      var matches = all.stream().filter(file -> wanted.test(name(file))).toList();
      found.addAll(matches);
      if (matches.isEmpty()) {
        missing.add(name);
      }
    }
    if (found.isEmpty()) {
      throw new DataException("no file matches " + pattern);
    }
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s of %s missing: %s"
              .formatted(Counted.of(missing.size(), "shard"), pattern, ClassNames.few(missing)));
    }
    requireWhole(List.copyOf(found), name -> wantedNames.stream().anyMatch(of -> of.test(name)));
    return List.copyOf(found);
  }

  /**
   * Refuses sets of {@code -00001-of-00004} without some of their shards, or of two numberings at
   * once. Of other numberings nobody knows the last; gaps in them are logged.
   *
   * @throws DataException naming the shards that are missing
   */
  public static List<Path> requireWhole(List<Path> shards) {
    return requireWhole(shards, name -> true);
  }

  private static List<Path> requireWhole(List<Path> shards, Predicate<String> wanted) {
    var names = shards.stream().map(Shards::name).collect(Collectors.toCollection(TreeSet::new));
    var missing = new TreeSet<String>();
    var totals = new TreeMap<String, TreeSet<String>>();
    for (var name : names) {
      var numbered = OF.matcher(name);
      if (numbered.matches()) {
        var total = numbered.group(3);
        var rest = numbered.group(4);
        boolean isNew =
            totals
                .computeIfAbsent(numbered.group(1) + "*" + rest, key -> new TreeSet<>())
                .add(total);
        var format = "%0" + total.length() + "d";
        IntStream.range(0, isNew ? Math.min(MAX_SHARDS, Integer.parseInt(total)) : 0)
            .mapToObj(format::formatted)
            .map(number -> numbered.group(1) + "-" + number + "-of-" + total + rest)
            .filter(wanted)
            .filter(expected -> !names.contains(expected))
            .forEach(missing::add);
      }
    }
    var problems = new ArrayList<String>();
    if (!missing.isEmpty()) {
      problems.add(
          "%s beside %s missing: %s"
              .formatted(
                  Counted.of(missing.size(), "shard"),
                  shards.get(0),
                  ClassNames.few(List.copyOf(missing))));
    }
    totals.forEach(
        (name, all) -> {
          if (all.size() > 1) {
            problems.add(
                "beside %s, the shards %s are of several sets, of %s: remove one or give a pattern"
                    .formatted(shards.get(0), name, String.join(" and of ", all)));
          }
        });
    if (!problems.isEmpty()) {
      throw new DataException(String.join("; ", problems));
    }
    mentionGaps(names);
    return shards;
  }

  private static void mentionGaps(Iterable<String> names) {
    var numbers = new TreeMap<String, TreeSet<Integer>>();
    for (var name : names) {
      var numbered = LAST_NUMBER.matcher(name);
      if (numbered.matches() && !OF.matcher(name).matches()) {
        numbers
            .computeIfAbsent(numbered.group(1) + "*" + numbered.group(3), key -> new TreeSet<>())
            .add(Integer.parseInt(numbered.group(2)));
      }
    }
    numbers.forEach(
        (name, found) -> {
          int gaps = found.last() - found.first() + 1 - found.size();
          if (gaps > 0) {
            log.warn(
                "the shards {} go from {} to {}, but {} numbers between are not there",
                name,
                found.first(),
                found.last(),
                gaps);
          }
        });
  }

  private static Predicate<String> wanted(String name) {
    return Pattern.compile(literal(name)).asMatchPredicate();
  }

  /**
   * Every name that ranges {@code {a..b}} stand for, with as many digits as are written, or as few
   * as are needed where the bounds have different numbers of them.
   */
  private static List<String> expanded(String pattern) {
    var range = RANGE.matcher(pattern);
    if (!range.find()) {
      return List.of(pattern);
    }
    int width = range.group(1).length() == range.group(2).length() ? range.group(1).length() : 1;
    int from = Integer.parseInt(range.group(1));
    int to = Integer.parseInt(range.group(2));
    if (from > to || to - from >= MAX_SHARDS) {
      throw new DataException(
          "the range %s goes from %d to %d; it must rise, over at most %,d shards"
              .formatted(range.group(), from, to, MAX_SHARDS));
    }
    var before = pattern.substring(0, range.start());
    var after = pattern.substring(range.end());
    var format = "%0" + width + "d";
    return IntStream.rangeClosed(from, to)
        .boxed()
        .flatMap(number -> expanded(before + format.formatted(number) + after).stream())
        .toList();
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
