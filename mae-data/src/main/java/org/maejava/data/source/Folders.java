package org.maejava.data.source;

import com.google.common.base.Optional;
import com.google.common.io.ByteSource;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where files lie, and their bytes. */
final class Folders {

  private Folders() {}

  /**
   * The folder of a file or pattern, absolute.
   *
   * @throws DataException if it lies in none
   */
  static Path of(Path file) {
    var folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new DataException(file + " is a root, not a file");
    }
    return folder;
  }

  /** A file's bytes; of a pipe or device, which might never give any, an error. */
  static ByteSource bytes(Path file) {
    var bytes = MoreFiles.asByteSource(file);
    return new ByteSource() {
      @Override
      public Optional<Long> sizeIfKnown() {
        return bytes.sizeIfKnown();
      }

      @Override
      public InputStream openStream() throws IOException {
        requireFile(file);
        return bytes.openStream();
      }
    };
  }

  /** Refuses what is there and no file: opening a pipe waits until somebody writes to it. */
  static void requireFile(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(
          file
              + " is "
              + (Files.isDirectory(file) ? "a folder" : "a pipe or device")
              + ", no file");
    }
  }

  /** Of paths of folders, with slashes, the first folder below those that all are in; or none. */
  static List<String> belowCommon(List<String> folders) {
    if (folders.isEmpty()) {
      return folders;
    }
    var common = folders.get(0) + "/";
    for (var folder : folders) {
      while (!(folder + "/").startsWith(common)) {
        common = common.substring(0, common.lastIndexOf('/', common.length() - 2) + 1);
      }
    }
    int from = common.length();
    return folders.stream()
        .map(folder -> folder.length() <= from ? "" : folder.substring(from))
        .map(rest -> rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest)
        .toList();
  }
}
