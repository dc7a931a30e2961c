package org.maejava.eval.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.StoppedException;

@DisplayName("Logistic regression by L-BFGS")
class LogisticRegressionTest {

  private static final int IMAGES = 60;
  private static final int WIDTH = 5;
  private static final int CLASSES = 3;
  private static final Machine MACHINE = Machine.here(2);
  private static final String PYTHON =
      Optional.ofNullable(System.getenv("MAE_PYTHON")).orElse("python3");

  /** As the script prints it. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of values, never compared
  private record Found(double penalty, double[][] weights, double[][] probabilities) {}

  /** The script's features. */
  private static float[][] rows() {
    var rows = new float[IMAGES][WIDTH];
    for (int i = 0; i < IMAGES; i++) {
      for (int c = 0; c < WIDTH; c++) {
        rows[i][c] =
            ((i * 37 + c * 101 + i * i * (c + 3)) % 64) / 32f + (i % CLASSES == c ? 0.5f : 0);
      }
    }
    return rows;
  }

  private static float[][] targets() {
    var targets = new float[IMAGES][CLASSES];
    for (int i = 0; i < IMAGES; i++) {
      targets[i][i % CLASSES] = 1;
    }
    return targets;
  }

  private static LogisticRegression fit(float[][] rows, double penalty) {
    return LogisticRegression.fit(rows, targets(), penalty, MACHINE, () -> false);
  }

  @Test
  void isScikitLearns() throws IOException {
    var golden = Resources.getResource(LogisticRegressionTest.class, "logistic_regression.json");
    compare(Resources.toString(golden, UTF_8));
  }

  /** Where it is installed. */
  @Test
  void isThatOfTheScikitLearnThatIsHere() throws Exception {
    var script = Resources.getResource(LogisticRegressionTest.class, "logistic_regression.py");
    var process = python("import sklearn");
    assumeTrue(process.isPresent() && process.get().waitFor() == 0, "scikit-learn is installed");
    var run = python(Resources.toString(script, UTF_8)).orElseThrow();
    compare(new String(run.getInputStream().readAllBytes(), UTF_8));
    assertThat(run.waitFor()).isZero();
  }

  private static Optional<Process> python(String program) {
    try {
      return Optional.of(
          new ProcessBuilder(PYTHON, "-c", program)
              .directory(Path.of(".").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void compare(String json) {
    for (var found : new Gson().fromJson(json, Found[].class)) {
      var ours = fit(rows(), found.penalty());
      for (int i = 0; i < WIDTH; i++) {
        assertThat(ours.weights()[i]).containsExactly(found.weights()[i], within(2e-5));
      }
      var logits = ours.logits(rows());
      for (int i = 0; i < IMAGES; i++) {
        var probabilities = new double[CLASSES];
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
          probabilities[c] = Math.exp(logits[i][c]);
          sum += probabilities[c];
        }
        for (int c = 0; c < CLASSES; c++) {
          probabilities[c] /= sum;
        }
        assertThat(probabilities).containsExactly(found.probabilities()[i], within(2e-5));
      }
    }
  }

  /** Computed here in double precision, without the graph. */
  @Test
  void endsWhereTheGradientIsZero() {
    double penalty = 0.01;
    var rows = rows();
    var fitted = fit(rows, penalty);
    var logits = fitted.logits(rows);
    var ofBias = new double[CLASSES];
    var ofWeights = new double[WIDTH][CLASSES];
    for (int i = 0; i < IMAGES; i++) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        sum += Math.exp(logits[i][c]);
      }
      for (int c = 0; c < CLASSES; c++) {
        double error = (Math.exp(logits[i][c]) / sum - targets()[i][c]) / IMAGES;
        ofBias[c] += error;
        for (int f = 0; f < WIDTH; f++) {
          ofWeights[f][c] += error * rows[i][f];
        }
      }
    }
    assertThat(ofBias).containsExactly(new double[CLASSES], within(1e-6));
    for (int f = 0; f < WIDTH; f++) {
      double variance = variance(rows, f);
      for (int c = 0; c < CLASSES; c++) {
        // The penalty is on weights of scaled features, w · std; by the chain rule that is variance
        // · w.
        double whole = ofWeights[f][c] + penalty * variance * fitted.weights()[f][c];
        assertThat(whole).isCloseTo(0, within(1e-5));
      }
    }
  }

  private static double variance(float[][] rows, int column) {
    double mean = 0;
    for (var row : rows) {
      mean += row[column] / rows.length;
    }
    double variance = 0;
    for (var row : rows) {
      variance += (row[column] - mean) * (row[column] - mean) / rows.length;
    }
    return variance;
  }

  @Test
  void dependsOnNoFeaturesScaleAndLeavesAConstantOneAlone() {
    var scaled = rows();
    for (var row : scaled) {
      row[0] = 1000 * row[0] - 7;
      row[4] = 3;
    }
    var others = rows();
    for (var row : others) {
      row[4] = 0;
    }
    var a = fit(scaled, 0.01);
    assertThat(a.loss()).isCloseTo(fit(others, 0.01).loss(), within(1e-6));
    assertThat(a.weights()[4]).containsOnly(0);
  }

  @Test
  void saysClassSharesWhereFeaturesSayNothing() {
    var nothing = new float[IMAGES][WIDTH];
    var targets = new float[IMAGES][CLASSES];
    for (int i = 0; i < IMAGES; i++) {
      targets[i][i < 45 ? 0 : 1] = 1;
    }
    var bias = LogisticRegression.fit(nothing, targets, 0.1, MACHINE, () -> false).bias();
    assertThat(Math.exp(bias[1] - bias[0])).isCloseTo(15 / 45.0, within(1e-4));
    // No image has the third class: as unlikely as the tolerance tells.
    assertThat(Math.exp(bias[2] - bias[0])).isLessThan(1e-5);
  }

  @Test
  void stopsWhenAsked() {
    assertThatThrownBy(() -> LogisticRegression.fit(rows(), targets(), 0.1, MACHINE, () -> true))
        .isInstanceOf(StoppedException.class);
  }
}
