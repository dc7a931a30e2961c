package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@DisplayName("The help")
class HelpTest {

  private static final int COLUMNS = 80;

  static Stream<CommandLine> commands() {
    return withAllBelow(line());
  }

  private static CommandLine line() {
    return Main.line(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
  }

  private static Stream<CommandLine> withAllBelow(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(HelpTest::withAllBelow));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void fitsATerminalOf80Columns(CommandLine command) {
    assertThat(command.getUsageMessage().lines())
        .allSatisfy(line -> assertThat(line.stripTrailing()).hasSizeLessThanOrEqualTo(COLUMNS));
  }

  /** A line that is broken cannot be copied. */
  @ParameterizedTest
  @MethodSource("commands")
  void keepsAnExampleOnOneLine(CommandLine command) {
    assertThat(List.of(command.getCommandSpec().usageMessage().footer()))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void sumsTheCommandUpInAWholeSentence(CommandLine command) {
    var description = command.getCommandSpec().usageMessage().description();
    assertThat(description).isNotEmpty();
    assertThat(description[0]).endsWith(".");
    var parent = command.getParent();
    if (parent != null && !command.getCommandName().equals("help")) {
      var list = parent.getUsageMessage().replaceAll("\\s+", " ");
      assertThat(list).contains(command.getCommandName() + " " + description[0]);
    }
  }

  @Test
  void isWhatIsShownWithoutACommand() {
    var run = CommandRun.of();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("mae demo").contains("Commands:");
  }
}
