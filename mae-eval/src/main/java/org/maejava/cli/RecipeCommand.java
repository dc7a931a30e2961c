package org.maejava.cli;

import com.google.common.base.Strings;
import com.google.protobuf.TextFormat;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.maejava.config.Experiments;
import org.maejava.config.RecipeDiff;
import org.maejava.config.RecipeDiff.Difference;
import org.maejava.eval.Recipes;
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
          List<String> set) {
    try {
      var experiment = Recipes.load(name, "pretrain", set == null ? List.of() : set);
      var out = spec.commandLine().getOut();
      out.printf("# fingerprint %s%n", Experiments.fingerprint(experiment));
      out.print(TextFormat.printer().printToString(experiment));
      out.flush();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
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
          List<String> set) {
    try {
      var changes = set == null ? List.<String>of() : set;
      var a = Recipes.load(first, "pretrain", changes);
      var b = Recipes.load(second, "pretrain", changes);
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
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
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
