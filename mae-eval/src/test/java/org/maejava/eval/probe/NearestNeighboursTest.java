package org.maejava.eval.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.eval.machine.Machine;
import org.maejava.random.Draws;

@DisplayName("k nearest neighbours")
class NearestNeighboursTest {

  private static final Machine MACHINE = Machine.here(2);

  private static float[] probabilities(float[] logits) {
    var probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) Math.exp(logits[i]);
    }
    return probabilities;
  }

  private static float[][] answer(
      NearestNeighbours neighbours, float[][] known, int[] labels, int classes, float[]... asked) {
    var logits =
        neighbours.logits(
            new Features(known, labels, List.of(), List.of()),
            asked,
            classes,
            MACHINE,
            () -> false);
    var all = new float[asked.length][];
    for (int i = 0; i < all.length; i++) {
      all[i] = probabilities(logits[i]);
    }
    return all;
  }

  /** Cosines 1, 0.8, 0.6 and 0 with the image asked for; longer vectors are not more alike. */
  @Test
  void weighVotesByTheCosineAsOneComputesByHand() {
    var known = new float[][] {{0, 5}, {3, 4}, {0.1f, 0}, {80, 60}};
    var labels = new int[] {0, 1, 0, 1};
    double a = Math.exp(1);
    double b = Math.exp(0.8);
    double c = Math.exp(0.6);
    var asked = new float[] {2, 0};
    assertThat(answer(new NearestNeighbours(1, 1), known, labels, 2, asked)[0])
        .containsExactly(new float[] {1, 1e-6f}, within(1e-7f));
    assertThat(answer(new NearestNeighbours(2, 1), known, labels, 2, asked)[0])
        .containsExactly(new float[] {(float) (a / (a + b)), (float) (b / (a + b))}, within(1e-6f));
    double sum = a + b + c;
    assertThat(answer(new NearestNeighbours(3, 1), known, labels, 2, asked)[0])
        .containsExactly(new float[] {(float) (a / sum), (float) ((b + c) / sum)}, within(1e-6f));
  }

  @Test
  void letTheMostAlikeDecideAtALowTemperatureAndTheMajorityAtAHighOne() {
    var known = new float[][] {{1, 0}, {4, 3}, {4, -3}};
    var labels = new int[] {0, 1, 1};
    var asked = new float[] {1, 0};
    assertThat(answer(new NearestNeighbours(3, 0.001), known, labels, 2, asked)[0][0])
        .isGreaterThan(0.999f);
    assertThat(answer(new NearestNeighbours(3, 1000), known, labels, 2, asked)[0][1])
        .isCloseTo(2 / 3f, within(1e-3f));
  }

  @Test
  void allVoteWhereThereAreFewerThanK() {
    var known = new float[][] {{1, 0}, {0, 1}};
    var labels = new int[] {2, 0};
    var few = answer(new NearestNeighbours(100, 0.07), known, labels, 3, new float[] {1, 1})[0];
    assertThat(few).containsExactly(new float[] {0.5f, 1e-6f, 0.5f}, within(1e-5f));
  }

  @Test
  void nothingIsLikeAnImageWithoutFeatures() {
    var known = new float[][] {{0, 0}, {0, 1}};
    var labels = new int[] {0, 1};
    var answer = answer(new NearestNeighbours(1, 0.07), known, labels, 2, new float[] {0, 1})[0];
    assertThat(answer[1]).isEqualTo(1f);
    assertThat(answer(new NearestNeighbours(2, 0.07), known, labels, 2, new float[2])[0])
        .containsExactly(new float[] {0.5f, 0.5f}, within(1e-6f));
  }

  /** More images than are compared at once, against a search without blocks in double precision. */
  @ParameterizedTest
  @CsvSource({"5, 0.07", "20, 0.07", "100, 0.5"})
  void areThoseOfAnExhaustiveSearch(int k, double temperature) {
    int classes = 7;
    var random = new Draws(3).at("features");
    var known = new float[700][16];
    var labels = new int[known.length];
    for (int i = 0; i < known.length; i++) {
      labels[i] = random.nextInt(classes);
      for (int f = 0; f < 16; f++) {
        known[i][f] = (float) (random.nextGaussian() + (f == labels[i] ? 2 : 0));
      }
    }
    var asked = new float[300][16];
    for (var row : asked) {
      for (int f = 0; f < 16; f++) {
        row[f] = (float) random.nextGaussian();
      }
    }
    var answers = answer(new NearestNeighbours(k, temperature), known, labels, classes, asked);
    for (int q = 0; q < asked.length; q++) {
      var query = asked[q];
      var order =
          IntStream.range(0, known.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -cosine(known[i], query)))
              .limit(k)
              .toList();
      var votes = new double[classes];
      double sum = 0;
      for (int i : order) {
        double vote = Math.exp(cosine(known[i], query) / temperature);
        votes[labels[i]] += vote;
        sum += vote;
      }
      for (int c = 0; c < classes; c++) {
        assertThat((double) answers[q][c]).isCloseTo(votes[c] / sum, within(2e-5));
      }
    }
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(ofA * ofB);
  }

  @Test
  void refuseImpossibleNumbers() {
    assertThatThrownBy(() -> new NearestNeighbours(0, 0.07)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new NearestNeighbours(5, 0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new NearestNeighbours(5, Double.NaN)).hasMessageContaining("above 0");
  }
}
