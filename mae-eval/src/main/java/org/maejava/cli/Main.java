package org.maejava.cli;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.maejava.data.spec.ImageSet;
import org.maejava.storage.IoReason;
import org.maejava.weights.WeightMismatchException;
import org.maejava.words.Spelling;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code mae} command. */
@Command(
    name = "mae",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Masked autoencoders: learn from images without labels, then measure what was learned.",
    footer = {
      "",
      "Begin with:  mae demo",
      "Exit status: 0 done; 1 failed while working, or left out an image asked for;",
      "             2 wrong usage: what was typed cannot work; 130 stopped by Ctrl-C.",
      "What is there already stays: --overwrite replaces it."
    },
    subcommands = {
      DemoCommand.class,
      PretrainCommand.class,
      FinetuneCommand.class,
      PartialCommand.class,
      LinearProbeCommand.class,
      AttentiveProbeCommand.class,
      KnnCommand.class,
      ProbeCommand.class,
      SegmentCommand.class,
      CompareCommand.class,
      AblateCommand.class,
      ReportCommand.class,
      RunsCommand.class,
      ReconstructCommand.class,
      InspectCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      EmbedCommand.class,
      ClassifyCommand.class,
      CalibrateCommand.class,
      RobustnessCommand.class,
      NearestCommand.class,
      RecipeCommand.class,
      DataCommand.class,
      BenchCommand.class,
      LaunchCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show TensorFlow's own log and the stack trace of a failure.")
  private boolean verbose;

  private @Nullable Interrupt interrupt;

  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    System.setProperty("org.slf4j.simpleLogger.showThreadName", "false");
    System.setProperty("org.slf4j.simpleLogger.showLogName", "false");
    System.setProperty("org.slf4j.simpleLogger.levelInBrackets", "true");
    System.setProperty("org.slf4j.simpleLogger.cacheOutputStream", "false");
    // TensorFlow Java numbers its operations in the digits of the default locale, and TensorFlow
    // knows Latin ones only.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    var out = new ConsoleOutput(FileDescriptor.out);
    System.setOut(new PrintStream(new BufferedOutputStream(out), true, Charset.defaultCharset()));
    int status = execute(toConsole(System.out), toConsole(System.err), args);
    System.out.flush();
    if (out.failure().isPresent() && status == CommandLine.ExitCode.OK) {
      System.err.println("mae: what it says could not be written: " + out.failure().get());
      status = CommandLine.ExitCode.SOFTWARE;
    }
    if (!Interrupt.isShuttingDown()) {
      System.exit(status);
    }
  }

  private static PrintWriter toConsole(PrintStream stream) {
    return new PrintWriter(stream, true, Charset.defaultCharset());
  }

  /** Runs one command; what its exit status is to be. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    TensorFlowStart.prepare(Arrays.asList(args).contains("--verbose"));
    try {
      return line(out, err).execute(args);
    } catch (OutOfMemoryError e) {
      // By now what filled the heap is garbage.
      err.printf(
          "mae: the Java heap of %d MB is too small (%s); java -Xmx8g -jar … gives it 8 GB%n",
          Runtime.getRuntime().maxMemory() >> 20, e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  /** All commands. */
  static CommandLine line(PrintWriter out, PrintWriter err) {
    var main = new Main();
    var line = new CommandLine(main).setOut(out).setErr(err);
    line.setExecutionExceptionHandler((e, command, parsed) -> main.report(e, command));
    line.setParameterExceptionHandler(Main::explain);
    line.setExecutionStrategy(parsed -> main.run(parsed, err));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Path.class, Main::path);
    var data = requireNonNull(line.getSubcommands().get("data")).getCommandSpec();
    data.usageMessage().footer(("\n" + ImageSet.help()).lines().toArray(String[]::new));
    return line;
  }

  /** Of an option or parameter. */
  private static Path path(String typed) {
    try {
      return Path.of(typed);
    } catch (InvalidPathException e) {
      throw new CommandLine.TypeConversionException(UsageException.noName(e));
    }
  }

  /** What is wrong with the words; the whole help only where a command is missing. */
  private static int explain(CommandLine.ParameterException e, String[] arguments) {
    var command = e.getCommandLine();
    var err = command.getErr();
    err.println(command.getColorScheme().errorText("mae: " + sentence(e)));
    var meant = meant(e);
    if (!meant.isEmpty()) {
      err.println("did you mean " + String.join(" or ", meant) + "?");
    } else if (e instanceof CommandLine.UnmatchedArgumentException unmatched
        && unmatched.isUnknownOption()) {
      UnknownOption.instead(command, option(unmatched)).ifPresent(err::println);
    }
    if (command.getSubcommands().isEmpty()
        || isOfHelp(e)
        || e instanceof CommandLine.UnmatchedArgumentException) {
      err.printf("`%s --help` tells what there is%n", command.getCommandSpec().qualifiedName());
    } else {
      command.usage(err);
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** Commands or options that are spelt almost like the first word that there is not. */
  private static List<String> meant(CommandLine.ParameterException e) {
    var command = e.getCommandLine();
    if (isOfHelp(e)) {
      return Spelling.near(e.getValue(), command.getSubcommands().keySet());
    }
    if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return List.of();
    }
    return Spelling.near(
        option(unmatched),
        unmatched.isUnknownOption()
            ? command.getCommandSpec().optionsMap().keySet()
            : command.getSubcommands().keySet());
  }

  /** The first word that there is not, without its value. */
  private static String option(CommandLine.UnmatchedArgumentException e) {
    return e.getUnmatched().get(0).replaceFirst("=.*", "");
  }

  /** Whether {@code mae help} was asked about a command that there is not. */
  private static boolean isOfHelp(CommandLine.ParameterException e) {
    return String.valueOf(e.getMessage()).startsWith("Unknown subcommand");
  }

  /** What picocli says, but for mistakes that it does not know. */
  private static String sentence(CommandLine.ParameterException e) {
    var said = String.valueOf(e.getMessage());
    if (isOfHelp(e)) {
      return "there is no command " + e.getValue();
    }
    if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return noNumber(said);
    }
    var words = unmatched.getUnmatched();
    var command = e.getCommandLine().getCommandSpec().qualifiedName();
    if (unmatched.isUnknownOption()) {
      return "`%s` has no option %s".formatted(command, option(unmatched));
    }
    if (words.contains("{")) {
      return "%s: what belongs to --set wants quotes, as in --set 'model { mask_ratio: 0.6 }'"
          .formatted(String.join(" ", words));
    }
    return e.getCommandLine().getSubcommands().isEmpty()
        ? "%s: `%s` takes no such word; values follow the names of options, as in --data photos/"
            .formatted(String.join(" ", words), command)
        : "there is no command " + words.get(0);
  }

  /** A sentence of picocli's in words of no programming language. */
  private static String noNumber(String said) {
    var wide = said.matches("(?s).*' is not a (long|Long)$");
    return said.replaceFirst(
            "'([+]?[0-9]+)' is not an? (int|long|Integer|Long)$",
            "'$1' is too large: at most " + (wide ? Long.MAX_VALUE : Integer.MAX_VALUE))
        .replaceFirst(
            "'(-[0-9]+)' is not an? (int|long|Integer|Long)$",
            "'$1' is too small: at least " + (wide ? Long.MIN_VALUE : Integer.MIN_VALUE))
        .replaceFirst("' is not an? (int|long|Integer|Long)$", "' is no whole number")
        .replaceFirst("' is not a (float|double|Float|Double)$", "' is no number");
  }

  private int run(CommandLine.ParseResult parsed, PrintWriter err) {
    try (var listening = new Interrupt(err, Typed.of(parsed))) {
      interrupt = listening;
      BundledName.explain(parsed, err);
      return new CommandLine.RunLast().execute(parsed);
    }
  }

  /** What listens to Ctrl-C while a command runs. */
  Interrupt interrupt() {
    return requireNonNull(interrupt, "no command runs");
  }

  /** One message, no stack trace unless asked for. */
  private int report(Exception e, CommandLine command) {
    if (interrupt().hasCutOff()) {
      return ExitStatus.STOPPED;
    }
    // The file system's exceptions have no more than a path for a message.
    var message = e.getMessage() == null ? e.toString() : IoReason.of(e);
    command.getErr().println(command.getColorScheme().errorText("mae: " + message));
    if (e.getCause() instanceof WeightMismatchException mismatch) {
      command.getErr().println(verbose ? mismatch.whole() : "     --verbose lists every name");
    }
    if (verbose) {
      e.printStackTrace(command.getErr());
    }
    return e instanceof UsageException ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }

  /** From the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"mae " + (version == null ? "development" : version)};
    }
  }
}
