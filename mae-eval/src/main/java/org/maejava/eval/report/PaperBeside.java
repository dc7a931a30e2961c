package org.maejava.eval.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.maejava.eval.proto.PublishedChart;
import org.maejava.eval.proto.PublishedResult;
import org.maejava.eval.proto.PublishedResults;
import org.maejava.eval.proto.RecipeDifferences;
import org.maejava.eval.recipe.Recipes;
import org.maejava.proto.RunRecord;

/** What the paper has of the same kind: results and recipes, at another scale. */
final class PaperBeside {

  /** Its networks, by the families of recipes that hold its settings. */
  private static final List<String> FAMILIES = List.of("b16", "l16", "h14");

  private static final PublishedResults RESULTS = results();

  private PaperBeside() {}

  private static PublishedResults results() {
    try {
      var text =
          Resources.toString(
              Resources.getResource(PaperBeside.class, "published.textproto"), UTF_8);
      return TextFormat.parse(text, PublishedResults.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The paper's results of these commands. */
  static List<PublishedResult> results(Collection<String> commands) {
    return RESULTS.getProtocolsList().stream()
        .filter(protocol -> protocol.getCommandsList().stream().anyMatch(commands::contains))
        .flatMap(protocol -> protocol.getResultsList().stream())
        .toList();
  }

  /** The paper's figure with this axis. */
  static Optional<PublishedChart> chart(String axis) {
    return RESULTS.getChartsList().stream()
        .filter(chart -> chart.getAxis().equals(axis))
        .findFirst();
  }

  /**
   * In what a run's recipe differs from the paper's for the same command: that of the network which
   * is as wide and deep, else of the smallest. Empty for what the paper does not do.
   */
  static Optional<RecipeDifferences> recipe(RunRecord run) {
    var encoder = run.getExperiment().getModel().getEncoder();
    var names = FAMILIES.stream().map(family -> family + "/" + run.getCommand()).toList();
    if (!run.hasExperiment() || !Recipes.names().containsAll(names)) {
      return Optional.empty();
    }
    var name =
        names.stream()
            .filter(
                paper -> {
                  var theirs = Recipes.load(paper, "", List.of()).getModel().getEncoder();
                  return theirs.getWidth() == encoder.getWidth()
                      && theirs.getDepth() == encoder.getDepth();
                })
            .findFirst()
            .orElse(names.get(0));
    return Optional.of(
        RecipeDifferences.newBuilder()
            .setRecipe(name)
            .addAllFields(Page.fields(run, Recipes.load(name, "", List.of())))
            .build());
  }
}
