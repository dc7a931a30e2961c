package org.maejava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.documents.Markdown;
import org.maejava.eval.recipe.Recipes;

@DisplayName("The project's README")
class ReadmeTest {

  @Test
  void namesOnlyRecipesThatExist() throws IOException {
    var named =
        Pattern.compile("--recipe ([a-z0-9-]+)")
            .matcher(documents())
            .results()
            .map(match -> match.group(1) + "/pretrain")
            .distinct()
            .toList();
    assertThat(named).isNotEmpty();
    assertThat(Recipes.names()).containsAll(named);
  }

  /** What the paper varies, each in braces from the recipe's top; an ellipsis is the reader's. */
  @Test
  void tellsOfRecipesWhatTheyTake() throws IOException {
    var changes =
        Pattern.compile(
                "`((model|training|classification|data) \\{[^`]*\\})`|'((model|training) \\{[^']*\\})'")
            .matcher(documents())
            .results()
            .map(match -> match.group(1) == null ? match.group(3) : match.group(1))
            .distinct()
            .toList();
    assertThat(changes)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            change ->
                assertThatCode(
                        () ->
                            Recipes.load(
                                "tiny-64",
                                change.startsWith("classification") ? "finetune" : "pretrain",
                                List.of(change)))
                    .as(change)
                    .doesNotThrowAnyException());
  }

  @Test
  void linksOnlyToWhatIsThere() throws IOException {
    for (var page : List.of("README.md", "docs/guide.md", "docs/comparisons.md")) {
      var file = Path.of("..", page);
      assertThat(
              Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)")
                  .matcher(Files.readString(file))
                  .results()
                  .map(link -> file.resolveSibling(link.group(1))))
          .allSatisfy(target -> assertThat(target).exists());
    }
  }

  /** The outside project that the build runs takes the artefacts that the README tells to take. */
  @Test
  void hasTheDependenciesOfTheOutsideProject() throws IOException {
    var block = Markdown.blocks(readme(), "xml");
    var outside = Files.readString(Path.of("src", "it", "outside-project", "pom.xml"));
    assertThat(block).hasSize(1);
    assertThat(dependencies(block.get(0))).hasSize(2);
    assertThat(dependencies(outside)).containsAll(dependencies(block.get(0)));
  }

  private static List<String> dependencies(String xml) {
    return Pattern.compile("<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>")
        .matcher(xml)
        .results()
        .map(match -> match.group(1) + ":" + match.group(2))
        .toList();
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("..", "README.md"));
  }

  /** It, and the pages that it leads to. */
  private static String documents() throws IOException {
    var text = new StringBuilder(readme());
    for (var page : List.of("guide.md", "comparisons.md", "decisions.md")) {
      assertThat(readme()).contains("(docs/" + page + ")");
      text.append(Files.readString(Path.of("..", "docs", page)));
    }
    return text.toString();
  }
}
