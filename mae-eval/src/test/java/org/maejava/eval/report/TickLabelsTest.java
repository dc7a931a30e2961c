package org.maejava.eval.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page's own script, run by Node.js where there is one. */
@DisplayName("What stands at a chart's axis")
class TickLabelsTest {

  private static final Path NODE = Path.of("/usr/bin/node");

  @ParameterizedTest
  @CsvSource({
    "linear, 0 0.1 0.2 0.30000000000000004, 0.0 0.1 0.2 0.3",
    "linear, 0 0.25 0.5, 0.00 0.25 0.50",
    "linear, '0 1000 2000', '0 1,000 2,000'",
    "linear, 0.5 0.5001 0.5002, 0.5000 0.5001 0.5002",
    "linear, 0 0.002 0.004, 0 2.0e-3 4.0e-3",
    "exponential, 0 0.00025 0.0005 0.001, 0 2.50e-4 5.00e-4 1.00e-3",
    "exponential, 0.001 0.00101 0.00102, 1.00e-3 1.01e-3 1.02e-3",
    "even, 0.5 0.5001 0.50020002, 0.50000 0.50010 0.50020",
    "even, 0.1 0.2 0.4, 0.10 0.20 0.40"
  })
  void hasTheDigitsThatTellNeighboursApart(String axis, String values, String labels)
      throws Exception {
    assertThat(labels(axis, values)).isEqualTo(labels);
  }

  private static String labels(String axis, String values)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(NODE), "skipped: there is no /usr/bin/node to run scripts with");
    String script;
    try (var in = Report.class.getResourceAsStream("ticks.js")) {
      script = new String(in.readAllBytes(), UTF_8);
    }
    var asked =
        "const v = '%s'.split(' ').map(Number); const t = v.map((value) => ({ value }));"
            + " process.stdout.write(v.map((x) => tickLabels.%s(x, t)).join(' '));";
    var process =
        new ProcessBuilder(NODE.toString(), "-e", script + asked.formatted(values, axis))
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
