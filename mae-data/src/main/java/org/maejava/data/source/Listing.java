package org.maejava.data.source;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.io.Files;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.maejava.data.proto.SourceIndex;
import org.maejava.data.proto.Stamp;
import org.maejava.storage.IoReason;

/**
 * The image files below a folder, hidden ones left out, in the order of their names on every
 * machine.
 *
 * @param files sorted by name
 * @param others how many files of other kinds lie there, by extension
 * @param folders that were looked into, the listed one first
 */
record Listing(List<File> files, Map<String, Integer> others, List<Stamp> folders) {

  /** What the decoder can read, by extension; what a file really is, its first bytes say. */
  static final Set<String> EXTENSIONS =
      ImmutableSet.of("jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "tif", "tiff");

  /**
   * A file whose extension is an image format's.
   *
   * @param name path below the folder, with slashes
   * @param size bytes
   */
  record File(String name, long size) {}

  /** From so many files on a listing is kept. */
  private static final int LARGE = 20_000;

  /** Whether a name ends as an image's. */
  static boolean isImage(String name) {
    return EXTENSIONS.contains(Files.getFileExtension(name).toLowerCase(Locale.ROOT));
  }

  /**
   * All image files below a folder. What was kept of a large one holds until a file is added to a
   * folder in it, renamed or removed; a file that is overwritten in place is not noticed.
   */
  static Listing of(Path folder, IndexCache cache) {
    return of(folder, cache, LARGE);
  }

  static Listing of(Path folder, IndexCache cache, int large) {
    var key = "folder\n" + folder.toAbsolutePath().normalize();
    var kept = cache.get(key);
    if (kept.isPresent()) {
      return of(kept.get());
    }
    var listing = walked(folder);
    if (listing.files.size() >= large) {
      cache.put(key, listing.index());
    }
    return listing;
  }

  private static Listing of(SourceIndex index) {
    var files = new ArrayList<File>(index.getNamesCount());
    for (int i = 0; i < index.getNamesCount(); i++) {
      files.add(new File(index.getNames(i), index.getSizes(i)));
    }
    return new Listing(files, new TreeMap<>(index.getOthersMap()), index.getStampsList());
  }

  private SourceIndex index() {
    var index = SourceIndex.newBuilder().putAllOthers(others).addAllStamps(folders);
    for (var file : files) {
      index.addNames(file.name()).addSizes(file.size());
    }
    return index.build();
  }

  private static Listing walked(Path folder) {
    var files = new ArrayList<File>();
    var others = new TreeMap<String, Integer>();
    var folders = new ArrayList<Stamp>();
    try {
      java.nio.file.Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Visitor(folder, files, others, folders));
    } catch (IOException e) {
      throw new DataException("the folder " + folder + " cannot be listed: " + IoReason.of(e), e);
    }
    files.sort(Comparator.comparing(File::name));
    return new Listing(files, others, folders);
  }

  /** "12 .webp, 1 .tsv", or nothing. */
  String othersInWords() {
    return others.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  /** Folders directly in the listed one in which no image lies, however deep; by name. */
  List<String> foldersWithoutImages() {
    var separator = java.io.File.separator;
    var root = folders.get(0).getPath();
    int from = root.endsWith(separator) ? root.length() : root.length() + 1;
    var names = Lists.transform(files, File::name);
    return folders.stream()
        .skip(1)
        .map(folder -> folder.getPath().substring(from))
        .filter(name -> !name.contains(separator) && !holdsAny(names, name + "/"))
        .sorted()
        .toList();
  }

  /** Whether one of these names, which are sorted, begins so. */
  private static boolean holdsAny(List<String> names, String beginning) {
    int found = Collections.binarySearch(names, beginning);
    int at = found < 0 ? -found - 1 : found;
    return at < names.size() && names.get(at).startsWith(beginning);
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final List<File> files;
    private final Map<String, Integer> others;
    private final List<Stamp> folders;

    Visitor(Path folder, List<File> files, Map<String, Integer> others, List<Stamp> folders) {
      this.folder = folder;
      this.files = files;
      this.others = others;
      this.folders = folders;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      if (!path.equals(folder) && hidden(path)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      // Before its files are read: what is added meanwhile makes the listing outdated.
      folders.add(IndexCache.stamp(path.toAbsolutePath()));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      if (hidden(path)) {
        return FileVisitResult.CONTINUE;
      }
      if (attributes.isSymbolicLink()) {
        others.merge("broken links", 1, Integer::sum);
        return FileVisitResult.CONTINUE;
      }
      if (!attributes.isRegularFile()) {
        others.merge("pipes or devices", 1, Integer::sum); // opening one could wait for ever
        return FileVisitResult.CONTINUE;
      }
      var extension = Files.getFileExtension(path.toString()).toLowerCase(Locale.ROOT);
      if (isImage(path.toString())) {
        FileNames.problem(path.toString())
            .ifPresent(
                problem -> {
                  throw new DataException(problem);
                });
        files.add(new File(slashed(folder.relativize(path)), attributes.size()));
      } else {
        others.merge(extension.isEmpty() ? "without extension" : "." + extension, 1, Integer::sum);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
      if (failure instanceof FileSystemLoopException) {
        others.merge("links to a folder above", 1, Integer::sum);
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    private static String slashed(Path path) {
      return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    private static boolean hidden(Path path) {
      return path.getFileName().toString().startsWith(".");
    }
  }
}
