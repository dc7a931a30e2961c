package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Throwables;
import com.google.gson.Gson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.maejava.documents.Markdown;
import org.maejava.documents.Snippets;
import picocli.CommandLine;

/**
 * Runs command lines and examples of documents one after the other, as their reader would: in one
 * working folder, with relative paths. It is a process of its own because a JVM cannot change its
 * folder. What is made small is appended to the words that the document has.
 */
final class DocumentedCommands {

  /** What a network trains with in a second; accumulation is of the large families. */
  private static final String TRAINING =
      "training { epochs: 1 warmup_epochs: 0 batch_size: 20 accumulation_steps: 1 }";

  private static final String MODEL =
      "model { encoder { width: 16 depth: 1 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }";

  /** What the README's example takes for imported. */
  private static final List<String> IMPORTS =
      List.of(
          "java.time.Clock",
          "org.maejava.data.spec.ImageSet",
          "org.maejava.eval.machine.Machine",
          "org.maejava.eval.recipe.Recipes",
          "org.maejava.eval.run.*",
          "org.maejava.savedmodel.SavedModel");

  /** The name that the documents give to a file of published weights. */
  static final String PUBLISHED = "mae_pretrain_vit_base.pth";

  /** What lies there as published weights has the published names and this size. */
  private static final List<String> OF_PUBLISHED =
      List.of(
          "--recipe",
          "small-32",
          "--set",
          "model { image { height: 32 width: 32 } patch { height: 4 width: 4 }"
              + " encoder { width: 32 depth: 2 heads: 2 } }");

  private static final Pattern WORDS = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern NAME = Pattern.compile("[a-z]+(-[a-z]+)*");
  private static final Set<String> WORK_ALONE = Set.of("mae demo", "mae recipe list");
  private static final Pattern INLINE = Pattern.compile("`(mae [^`]+)`");

  private DocumentedCommands() {}

  /** The file to write results to, then the documents; the first has an example in Java too. */
  public static void main(String[] args) throws Exception {
    var failures = new ArrayList<String>();
    var commands = new ArrayList<String>();
    var comparisons = new ArrayList<String>();
    for (var document : Arrays.asList(args).subList(1, args.length)) {
      var text = Files.readString(Path.of(document), UTF_8);
      commands.addAll(ofText(text));
      comparisons.addAll(Markdown.blocks(text, "textproto"));
    }
    commands.addAll(ofHelp());
    writeComparison(comparisons.get(0));
    var done = new HashSet<List<String>>();
    for (var command : commands) {
      var small = small(command);
      if (!done.add(Arrays.asList(small))) {
        continue;
      }
      var run = CommandRun.of(small);
      if (run.status() != 0) {
        failures.add(command + "\n" + run.out() + run.err());
      }
    }
    for (var example : Markdown.blocks(Files.readString(Path.of(args[1]), UTF_8), "java")) {
      commands.add(example);
      failures.addAll(failures(example));
    }
    Files.writeString(
        Path.of(args[0]), new Gson().toJson(Map.of("ran", commands, "failed", failures)), UTF_8);
    System.exit(0);
  }

  /** The comparison that the documents describe, made small, under the name it has there. */
  private static void writeComparison(String text) throws IOException {
    var small =
        text.replace("pretraining {}", "pretraining { change { " + MODEL + TRAINING + " } }")
            .replace(
                "protocols { finetune {} }",
                "change { " + TRAINING + " } protocols { finetune {} }")
            .replace("seeds: [0, 1, 2]", "seeds: [0]")
            .replace("rates: [0.3, 1, 3]", "rates: [0.3, 1]");
    if (small.split(Pattern.quote(TRAINING), -1).length != 3) {
      throw new IllegalStateException("there is nothing to make small in " + text);
    }
    Files.writeString(Path.of("comparison.textproto"), small, UTF_8);
  }

  /** Indented and fenced lines that begin with {@code mae}, and what stands in the text. */
  static List<String> ofText(String markdown) {
    var lines =
        markdown
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("mae "))
            .map(line -> line.replaceFirst("\\s+# .*", ""));
    var inline =
        INLINE
            .matcher(markdown)
            .results()
            .map(match -> match.group(1).replaceAll("\\s+", " "))
            .filter(command -> !isName(command));
    return Stream.concat(lines, inline).toList();
  }

  /** A command's name alone is talked about, but for what does its work without more. */
  private static boolean isName(String command) {
    return !WORK_ALONE.contains(command)
        && words(command).stream().allMatch(NAME.asMatchPredicate());
  }

  /** The examples at the end of every command's help. */
  static List<String> ofHelp() {
    var nowhere = new PrintWriter(new StringWriter());
    return examples(Main.line(nowhere, nowhere)).toList();
  }

  private static Stream<String> examples(CommandLine command) {
    var own =
        Arrays.stream(command.getCommandSpec().usageMessage().footer())
            .map(line -> line.replaceFirst("^(Example:|Begin with:)?\\s+", ""))
            .filter(line -> line.startsWith("mae "));
    return Stream.concat(
        own,
        command.getSubcommands().values().stream()
            .distinct()
            .flatMap(DocumentedCommands::examples));
  }

  /** What is wrong with an example when it is run; nothing if it runs. */
  private static List<String> failures(String example) throws Exception {
    var small =
        example.replaceAll(
            "(List\\.of\\(\"[^\"]*\")\\)", "$1, \"" + MODEL + "\", \"" + TRAINING + "\")");
    if (small.equals(example)) {
      return List.of("there is nothing to make small in " + example);
    }
    try {
      Snippets.output(IMPORTS, Map.of(), small, Files.createDirectories(Path.of("compiled")));
      return List.of();
    } catch (AssertionError | IllegalArgumentException e) {
      return List.of(Throwables.getStackTraceAsString(e));
    }
  }

  private static List<String> words(String command) {
    return WORDS
        .matcher(command)
        .results()
        .map(match -> match.group(1) != null ? match.group(1) : match.group(2))
        .skip(1)
        .toList();
  }

  /** The command's words with what makes it quick. */
  static String[] small(String command) {
    var words = new ArrayList<>(words(command));
    if (words.contains("--help") || words.contains("--resume") || words.contains("--rewind")) {
      return words.toArray(String[]::new);
    }
    boolean ownWeights = !words.contains("--weights");
    switch (words.get(0)) {
      case "demo" -> {
        words.removeAll(List.of("--seeds", "5"));
        words.addAll(List.of("--seeds", "1", "--epochs", "1", "--overwrite", "--set", MODEL));
      }
      case "ablate" -> {
        words.removeAll(List.of("--seeds", "3"));
        words.addAll(
            List.of(
                "--set",
                MODEL + " model { encoder { depth: 2 } }",
                "--set",
                TRAINING,
                "--set-evaluation",
                TRAINING,
                "--protocol",
                "linear-probe",
                "--labels",
                "40"));
        if (words.indexOf("--labels") < words.lastIndexOf("--labels")) {
          words.subList(words.size() - 2, words.size()).clear();
        }
        words.remove("epochs");
      }
      case "pretrain", "finetune", "partial", "linear-probe", "attentive-probe" -> {
        if (ownWeights) {
          words.addAll(List.of("--set", MODEL));
        } else if (words.contains(PUBLISHED)) {
          words.addAll(OF_PUBLISHED);
        }
        words.addAll(List.of("--set", TRAINING, "--overwrite"));
      }
      case "launch" -> {
        int nested = words.indexOf("--") + 1;
        var inner = small("mae " + String.join(" ", words.subList(nested, words.size())));
        return Stream.concat(words.subList(0, nested).stream(), Stream.of(inner))
            .toArray(String[]::new);
      }
      case "bench" ->
          words.addAll(
              List.of(
                  "--set",
                  TRAINING,
                  "--set",
                  MODEL,
                  "--steps",
                  "1",
                  "--warm-up",
                  "1",
                  "--batch-size",
                  "2"));
      case "data" -> {
        if (words.get(1).equals("bench")) {
          words.addAll(List.of("--seconds", "0.05", "--set", TRAINING, "--set", MODEL));
        }
      }
      default -> {
        // Quick as it is.
      }
    }
    return words.toArray(String[]::new);
  }
}
