package org.maejava;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.documents.Markdown;
import org.maejava.documents.Snippets;
import org.maejava.eval.recipe.Recipes;

@DisplayName("The project's README")
public class ReadmeTest {

  /** What the example takes for imported. */
  public static final List<String> IMPORTS =
      List.of(
          "java.time.Clock",
          "org.maejava.data.spec.ImageSet",
          "org.maejava.eval.machine.Machine",
          "org.maejava.eval.recipe.Recipes",
          "org.maejava.eval.run.*",
          "org.maejava.savedmodel.SavedModel");

  @Test
  void hasAnExampleThatCompiles(@TempDir Path folder) throws IOException {
    var examples = Markdown.blocks(readme(), "java");
    assertThat(examples).hasSize(1);
    assertThat(Snippets.errors(IMPORTS, "float[][] pixels", examples.get(0), folder)).isEmpty();
  }

  @Test
  void namesOnlyRecipesThatExist() throws IOException {
    var named =
        Pattern.compile("--recipe ([a-z0-9-]+)")
            .matcher(readme())
            .results()
            .map(match -> match.group(1) + "/pretrain")
            .distinct()
            .toList();
    assertThat(named).isNotEmpty();
    assertThat(Recipes.names()).containsAll(named);
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("..", "README.md"));
  }
}
