package org.maejava.cli;

import com.google.common.base.Strings;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.maejava.config.Experiments;
import org.maejava.config.RecipeDiff;
import org.maejava.config.RecipeDiff.Difference;
import org.maejava.eval.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae recipe}. */
@Command(
    name = "recipe",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | show | diff)",
    description = "List the bundled recipes, show one with everything filled in, or compare two.")
final class RecipeCommand {

  @Spec private CommandSpec spec;

  @Command(mixinStandardHelpOptions = true, description = "Every bundled recipe in a line.")
  void list() {
    var out = spec.commandLine().getOut();
    for (var name : Recipes.names()) {
      out.printf("%-24s %s%n", name, Recipes.load(name, "", List.of()).getAbout());
    }
    out.flush();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "One recipe with its bases, its preset and your changes written out.")
  void show(
      @Parameters(paramLabel = "NAME|FILE", description = "Such as tiny-64/pretrain.") String name,
      @Option(names = "--set", paramLabel = "TEXTPROTO", description = "A change; may be repeated.")
          @Nullable List<String> set)
      throws IOException {
    var experiment = UsageException.onWrongInput(() -> Recipes.load(name, "pretrain", orNone(set)));
    var out = spec.commandLine().getOut();
    out.printf("# fingerprint %s%n", Experiments.fingerprint(experiment));
    out.print(
        TextFormat.printer()
            .printToString(experiment.toBuilder().setFormat(Experiments.FORMAT).build()));
    out.flush();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Every field in which two recipes differ, everything filled in.",
      footer = {"", "Example:  mae recipe diff b16/finetune b16/finetune-code"})
  void diff(
      @Parameters(paramLabel = "A", description = "A name or a file.") String first,
      @Parameters(paramLabel = "B", description = "Another.") String second,
      @Option(
              names = "--set",
              paramLabel = "TEXTPROTO",
              description = "A change to both; may be repeated.")
          @Nullable List<String> set)
      throws IOException {
    var a = UsageException.onWrongInput(() -> Recipes.load(first, "pretrain", orNone(set)));
    var b = UsageException.onWrongInput(() -> Recipes.load(second, "pretrain", orNone(set)));
    var out = spec.commandLine().getOut();
    var differences = RecipeDiff.between(a, b);
    if (differences.isEmpty()) {
      out.printf("no difference (fingerprint %s)%n", Experiments.fingerprint(a));
    } else {
      var table = new ArrayList<Difference>();
      table.add(new Difference("", first, second));
      table.addAll(differences);
      print(table, out);
    }
    out.flush();
  }

  /** What picocli gives for an option that is not there is null. */
  private static List<String> orNone(@Nullable List<String> set) {
    return set == null ? List.of() : set;
  }

  private static void print(List<Difference> rows, PrintWriter out) {
    int path = width(rows, Difference::path);
    int first = width(rows, Difference::first);
    for (var row : rows) {
      out.println(
          Strings.padEnd(row.path(), path + 2, ' ')
              + Strings.padEnd(row.first(), first + 2, ' ')
              + row.second());
    }
  }

  private static int width(List<Difference> rows, Function<Difference, String> column) {
    return rows.stream().map(column).mapToInt(String::length).max().orElse(0);
  }
}
