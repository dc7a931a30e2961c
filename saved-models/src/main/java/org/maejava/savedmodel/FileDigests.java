package org.maejava.savedmodel;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** What files were when they were written: SHA-256, hexadecimal, by path within a folder. */
final class FileDigests {

  private FileDigests() {}

  /** Of every file below a folder, names with slashes. */
  static Map<String, String> of(Path folder) throws IOException {
    var digests = new TreeMap<String, String>();
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        digests.put(folder.relativize(file).toString().replace('\\', '/'), digest(file));
      }
    }
    return digests;
  }

  /**
   * Accepts files that are what they were.
   *
   * @throws IOException naming every one that is missing or has changed
   */
  static void verify(Path folder, Map<String, String> digests) throws IOException {
    var problems = new ArrayList<String>();
    for (var entry : digests.entrySet()) {
      var file = folder.resolve(entry.getKey());
      if (!file.normalize().startsWith(folder.normalize())) {
        problems.add(entry.getKey() + " is no file of it");
      } else if (!Files.isRegularFile(file)) {
        problems.add(entry.getKey() + " is missing");
      } else if (!digest(file).equals(entry.getValue())) {
        problems.add(entry.getKey() + " is not the file that was written");
      }
    }
    if (!problems.isEmpty()) {
      throw new IOException(
          "%s is damaged, its %s says: %s; export the model again"
              .formatted(folder, ModelFolder.FACTS, String.join("; ", problems)));
    }
  }

  private static String digest(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }
}
