package org.maejava.cli;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What {@code java -jar mae.jar} starts: the one class in that jar. All others lie beside it, and
 * where they do not, it says so. It needs nothing but Java.
 */
final class Start {

  private Start() {}

  /** Runs {@link Main}, if it is there. */
  public static void main(String[] args) throws IOException, URISyntaxException {
    var jar = Path.of(Start.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var missing = missing(jar);
    if (missing.isEmpty()) {
      Main.main(args);
      return;
    }
    System.err.printf(
        "mae: %s works only with what the build puts beside it, its module's jar and lib%s: %d of"
            + " these files are missing, %s first; move or copy them along%n",
        jar.getFileName(), File.separator, missing.size(), jar.resolveSibling(missing.get(0)));
    System.exit(1);
  }

  private static List<String> missing(Path jar) throws IOException {
    if (!Files.isRegularFile(jar)) {
      return List.of(); // a folder of classes
    }
    try (var open = new JarFile(jar.toFile())) {
      var beside = open.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Stream.of(beside == null ? new String[0] : beside.split(" "))
          .filter(file -> !file.isEmpty() && !Files.exists(jar.resolveSibling(file)))
          .toList();
    }
  }
}
