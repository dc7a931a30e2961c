package org.maejava.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.proto.Experiment;

/**
 * The bundled recipes and those in files. A recipe is a family and what is done with it: {@code
 * tiny-64/pretrain}; a command that is given {@code tiny-64} adds its own name.
 */
public final class Recipes {

  private static final String FOLDER = "recipes/";
  private static final String BASE = "base/";
  private static final String ENDING = ".textproto";

  private Recipes() {}

  /** The names of all bundled recipes that can be run. */
  public static List<String> names() {
    return all().stream().filter(name -> !name.startsWith(BASE)).toList();
  }

  private static List<String> all() {
    return text("index").lines().toList();
  }

  /**
   * A recipe with its bases, its preset and the overrides applied, checked.
   *
   * @param recipe a family, a name, or a file that ends in {@code .textproto}
   * @param task what is done, such as {@code pretrain}: completes a family's name
   * @param overrides text-proto fragments that win over the recipe, later ones over earlier
   * @throws InvalidExperimentException listing everything that is wrong
   */
  public static Experiment load(String recipe, String task, List<String> overrides) {
    var experiment =
        read(recipe.endsWith(ENDING) || recipe.contains("/") ? recipe : recipe + "/" + task);
    for (var override : overrides) {
      experiment =
          Experiments.merge(experiment, Experiments.parse(override, "--set '" + override + "'"));
    }
    return Experiments.checked(Experiments.complete(experiment, Recipes::read), "recipe " + recipe);
  }

  /** One recipe as it is written. */
  private static Experiment read(String name) {
    if (name.endsWith(ENDING)) {
      return Experiments.parse(fileText(Path.of(name)), name);
    }
    if (!all().contains(name)) {
      throw new InvalidExperimentException(
          "recipe " + name,
          List.of(
              "there is no such recipe; give a file ending in %s or one of %s"
                  .formatted(ENDING, String.join(", ", names()))));
    }
    return Experiments.parse(text(name + ENDING), name);
  }

  private static String fileText(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new InvalidExperimentException(
          "recipe " + file, List.of("the file cannot be read: " + e));
    }
  }

  private static String text(String resource) {
    try {
      return Resources.toString(Resources.getResource(FOLDER + resource), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
