package org.maejava.cli;

import com.google.protobuf.TextFormat;
import java.util.List;
import org.maejava.config.Experiments;
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
    synopsisSubcommandLabel = "(list | show)",
    description = "List the bundled recipes, or show one with everything filled in.")
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
}
