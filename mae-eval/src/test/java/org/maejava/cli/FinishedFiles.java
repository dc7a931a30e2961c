package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.maejava.weights.Safetensors;

/** What a command leaves, without what tells of the time that it took and the way that it went. */
final class FinishedFiles {

  /** Times, speeds, the words that were typed. */
  private static final Set<String> OF_THE_DAY =
      Set.of("seconds", "images_per_second", "provenance", "cost", "trial_seconds", "checksum");

  /** Pages and cards, which say how long it took. */
  private static final Set<String> PAGES = Set.of("html", "md");

  private FinishedFiles() {}

  /** SHA-256 of every file below a folder, or of a file and what lies beside it, by name. */
  static Map<String, String> of(Path out) throws IOException {
    var digests = new TreeMap<String, String>();
    for (var file : files(out)) {
      var name = out.relativize(file).toString().replace(out.getFileName().toString(), "OUT");
      if (!PAGES.contains(ending(file)) && !name.contains("report")) {
        digests.put(name, Hashing.sha256().hashBytes(content(file, out)).toString());
      }
    }
    return digests;
  }

  private static Set<Path> files(Path out) throws IOException {
    if (!Files.exists(out.getParent())) {
      return Set.of();
    }
    try (var all = Files.walk(out.getParent())) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.startsWith(out) || isBeside(file, out))
          .filter(file -> !isHidden(out.getParent().relativize(file)))
          .collect(Collectors.toSet());
    }
  }

  private static boolean isBeside(Path file, Path out) {
    return file.getParent().equals(out.getParent())
        && file.getFileName().toString().startsWith(out.getFileName() + ".");
  }

  private static boolean isHidden(Path below) {
    for (var name : below) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static byte[] content(Path file, Path out) throws IOException {
    if (!ending(file).equals("json")) {
      return Files.readAllBytes(file);
    }
    var json = without(JsonParser.parseString(Files.readString(file, UTF_8)));
    return json.toString().replace(out.toString(), "OUT").getBytes(UTF_8);
  }

  private static JsonElement without(JsonElement json) {
    if (json instanceof JsonObject object) {
      var rest = new JsonObject();
      object.entrySet().stream()
          .filter(entry -> !OF_THE_DAY.contains(entry.getKey()))
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> rest.add(entry.getKey(), without(entry.getValue())));
      return rest;
    }
    if (json instanceof JsonArray array) {
      var rest = new JsonArray();
      array.forEach(element -> rest.add(without(element)));
      return rest;
    }
    return json;
  }

  /** That every file that a listing shows is a whole one, whatever happened to its writer. */
  static void assertNoneIsHalfWritten(Path out) throws IOException {
    for (var file : files(out)) {
      switch (ending(file)) {
        case "json" ->
            assertThat(JsonParser.parseString(Files.readString(file, UTF_8)).isJsonObject())
                .as("%s", file)
                .isTrue();
        case "safetensors" -> Safetensors.open(file).close();
        case "png" -> assertThat(ImageIO.read(file.toFile())).as("%s", file).isNotNull();
        case "html" ->
            assertThat(Files.readString(file).strip()).as("%s", file).endsWith("</html>");
        case "tar" -> assertThat(Files.readAllBytes(file)).as("%s", file).endsWith(new byte[1024]);
        default -> {}
      }
    }
  }

  /** That nothing is left of what was not finished: no listing shows it, but it takes room. */
  static void assertNothingIsLeftOver(Path out) throws IOException {
    try (var all = Files.walk(out.getParent())) {
      assertThat(
              all.filter(file -> isHidden(out.getParent().relativize(file)))
                  .filter(file -> file.toString().contains(out.getFileName().toString())))
          .isEmpty();
    }
  }

  private static String ending(Path file) {
    return com.google.common.io.Files.getFileExtension(file.toString());
  }
}
