package org.maejava.eval.report;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Folders' names beside each other: of each the end of its path that no other has. Of folders that
 * lie equally deep below one, some of which need more than their last word, it is the words in
 * which they differ.
 */
final class ShortNames {

  private ShortNames() {}

  /** One for each, in order; all differ if the folders do. */
  static List<String> of(List<Path> folders) {
    var paths = folders.stream().map(folder -> words(folder.toAbsolutePath().normalize())).toList();
    var ends = paths.stream().map(path -> end(path, paths)).toList();
    var names =
        IntStream.range(0, paths.size())
            .mapToObj(i -> String.join("/", name(i, paths, ends)))
            .toList();
    return new HashSet<>(names).size() == names.size()
        ? names
        : ends.stream().map(end -> String.join("/", end)).toList();
  }

  private static List<String> name(int at, List<List<String>> paths, List<List<String>> ends) {
    int depth = paths.get(at).size();
    int longest =
        IntStream.range(0, paths.size())
            .filter(i -> paths.get(i).size() == depth)
            .map(i -> ends.get(i).size())
            .max()
            .orElse(1);
    var ancestor = paths.get(at).subList(0, depth - longest);
    var asDeep =
        IntStream.range(0, paths.size())
            .filter(i -> paths.get(i).size() == depth)
            .filter(i -> paths.get(i).subList(0, depth - longest).equals(ancestor))
            .toArray();
    if (longest == 1 || asDeep.length == 1) {
      return ends.get(at);
    }
    return IntStream.range(depth - longest, depth)
        .filter(
            i ->
                IntStream.of(asDeep).mapToObj(other -> paths.get(other).get(i)).distinct().count()
                    > 1)
        .mapToObj(i -> paths.get(at).get(i))
        .toList();
  }

  /** So many last words that no other path ends with them; all, if others do. */
  private static List<String> end(List<String> path, List<List<String>> all) {
    for (int words = 1; words < path.size(); words++) {
      var end = last(path, words);
      if (all.stream().filter(other -> last(other, end.size()).equals(end)).count() <= 1) {
        return end;
      }
    }
    return path;
  }

  private static List<String> last(List<String> path, int words) {
    return path.subList(Math.max(0, path.size() - words), path.size());
  }

  private static List<String> words(Path path) {
    return Splitter.on(path.getFileSystem().getSeparator())
        .omitEmptyStrings()
        .splitToList(path.toString());
  }
}
