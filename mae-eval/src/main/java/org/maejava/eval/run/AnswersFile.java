package org.maejava.eval.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;

/**
 * {@code answers.jsonl}: what a classifier said of every evaluation image, a line for each in the
 * order of the evaluation half: {@code image}, {@code label}, {@code answer} and {@code
 * probability}.
 */
public final class AnswersFile {

  /** Its name in a run's folder. */
  public static final String NAME = "answers.jsonl";

  private AnswersFile() {}

  /**
   * Writes the file, whole or not at all.
   *
   * @param classes by label
   */
  public static void write(List<Answer> answers, List<String> classes, Path folder)
      throws IOException {
    var gson = new Gson();
    WholeFile.write(
        folder.resolve(NAME),
        out -> {
          for (var answer : answers) {
            var line = new JsonObject();
            line.addProperty("image", answer.image());
            line.addProperty("label", classes.get(answer.label()));
            line.addProperty("answer", classes.get(answer.answer()));
            if (!Double.isNaN(answer.probability())) {
              line.addProperty("probability", answer.probability());
            }
            out.write((gson.toJson(line) + "\n").getBytes(UTF_8));
          }
        });
  }

  /**
   * Reads what a run left.
   *
   * @param classes by label
   * @return empty if it left none
   * @throws IOException naming the line that is none of these classes'
   */
  public static Optional<List<Answer>> read(Path folder, List<String> classes) throws IOException {
    var file = folder.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Map<String, Integer> labels = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      labels.put(classes.get(i), i);
    }
    var gson = new Gson();
    var answers = new ArrayList<Answer>();
    try (var lines = Files.newBufferedReader(file, UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(answer(gson.fromJson(line, JsonObject.class), labels));
      }
    } catch (IOException | JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IOException(
          "%s cannot be read: line %d: %s"
              .formatted(
                  file,
                  answers.size() + 1,
                  e instanceof IOException io ? IoReason.of(io) : "it is no answer"),
          e);
    }
    return Optional.of(answers);
  }

  private static Answer answer(JsonObject line, Map<String, Integer> labels) throws IOException {
    var probability = line.get("probability");
    return new Answer(
        line.get("image").getAsString(),
        label(line.get("label").getAsString(), labels),
        label(line.get("answer").getAsString(), labels),
        probability == null ? Double.NaN : probability.getAsDouble());
  }

  private static int label(String name, Map<String, Integer> labels) throws IOException {
    var label = labels.get(name);
    if (label == null) {
      throw new IOException("there is no class " + name);
    }
    return label;
  }
}
