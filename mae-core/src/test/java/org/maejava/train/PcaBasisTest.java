package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.SyntheticImages;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.model.PatchStatistics;
import org.maejava.model.Target;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.PcaTarget;
import org.maejava.proto.Position;
import org.maejava.random.Draws;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

@DisplayName("The principal components of patches")
class PcaBasisTest {

  private static final PatchGrid GRID = PatchGrid.of(TinyModel.of(false));
  private static final int VALUES = 48;

  private static PcaBasis fitted(int coefficients) {
    var batches = List.of(SyntheticImages.batch(0, 20), SyntheticImages.batch(20, 40));
    return PcaBasis.fit(GRID, batches.iterator(), 40, coefficients);
  }

  private static ModelConfig pca(int coefficients) {
    return TinyModel.of(false).toBuilder()
        .setPca(PcaTarget.newBuilder().setCoefficients(coefficients).setSampleImages(40))
        .build();
  }

  /** Patches of the images that the components were fitted on, through the fitted target. */
  private static final class Fitted implements AutoCloseable {
    final ScratchGraph graph = new ScratchGraph();
    final Operand<TFloat32> patches;
    final Operand<TFloat32> coefficients;
    final Operand<TFloat32> back;

    Fitted(int kept) {
      var tf = graph.tf();
      var images = graph.input(40, 32, 32, 3);
      try (var batch = SyntheticImages.batch(0, 40)) {
        var values = new float[40 * 32 * 32 * 3];
        batch.tensors().get(Batch.IMAGES).asRawTensor().data().asFloats().read(values);
        graph.feed(images, values);
      }
      patches = GRID.patchify(tf, images);
      var target = Target.of(graph.params(), pca(kept));
      assertThat(target.size()).isEqualTo(kept);
      coefficients = target.of(tf, patches);
      back = target.toPatches(tf, coefficients, PatchStatistics.of(tf, patches, VALUES));
      graph.weights().restore("fitted", fitted(kept), n -> false, n -> false);
    }

    @Override
    public void close() {
      graph.close();
    }
  }

  @Test
  void areOrthonormal() {
    var basis = fitted(VALUES).floats("target.basis");
    for (int i = 0; i < VALUES; i++) {
      for (int j = 0; j <= i; j++) {
        double dot = 0;
        for (int k = 0; k < VALUES; k++) {
          dot += (double) basis[i * VALUES + k] * basis[j * VALUES + k];
        }
        assertThat(dot).as("%s · %s", i, j).isCloseTo(i == j ? 1 : 0, within(1e-6));
      }
    }
  }

  /** What defines them: coefficients are uncorrelated, centred, and of falling variance. */
  @Test
  void giveUncorrelatedCoefficientsOfFallingVariance() {
    try (var fitted = new Fitted(12)) {
      var values = fitted.graph.run(fitted.coefficients);
      int rows = values.length / 12;
      var covariance = new double[12][12];
      var means = new double[12];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < 12; i++) {
          means[i] += values[row * 12 + i] / rows;
          for (int j = 0; j < 12; j++) {
            covariance[i][j] += (double) values[row * 12 + i] * values[row * 12 + j] / rows;
          }
        }
      }
      double largest = covariance[0][0];
      for (int i = 0; i < 12; i++) {
        assertThat(means[i]).isCloseTo(0, within(1e-5));
        if (i > 0) {
          assertThat(covariance[i][i]).isLessThanOrEqualTo(covariance[i - 1][i - 1] + 1e-9);
        }
        for (int j = 0; j < i; j++) {
          assertThat(covariance[i][j]).isCloseTo(0, within(1e-5 * largest));
        }
      }
    }
  }

  @Test
  void restoreThePatchesWhenAllAreKeptAndMostOfThemWhenFewAre() {
    try (var all = new Fitted(VALUES);
        var few = new Fitted(12)) {
      var patches = all.graph.run(all.patches);
      assertThatValues(all.graph.run(all.back)).isCloseTo(patches, 1e-5, 1e-5);
      double lost = squares(few.graph.run(few.back), patches);
      double total = squares(new float[patches.length], patches);
      assertThat(lost).isPositive().isLessThan(0.2 * total);
    }
  }

  private static double squares(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return sum;
  }

  /** Two pixels that always agree: one component, along their diagonal. */
  @Test
  void ofValuesOnALineAreThatLine() {
    var grid = new PatchGrid(1, 4, 1, 2, 1);
    var values = new float[] {3, 3, 5, 5, 7, 7, 9, 9};
    var batch =
        new Batch(
            Map.of(Batch.IMAGES, Golden.tensor(values, List.of(1, 1, 8, 1))),
            1,
            Position.getDefaultInstance(),
            List.of());
    var basis = PcaBasis.fit(grid, List.of(batch).iterator(), 1, 1);
    assertThat(basis.floats("target.mean")).containsExactly(6, 6);
    float half = (float) Math.sqrt(0.5);
    assertThatValues(basis.floats("target.basis")).isCloseTo(new float[] {half, half}, 1e-6, 0);
  }

  @Test
  void cannotBeFittedOnFewerImagesThanAreAskedFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PcaBasis.fit(GRID, List.of(SyntheticImages.batch(0, 4)).iterator(), 5, 2))
        .withMessage("the data ended after 4 of 5 images");
  }

  @Test
  void leaveTheLossUndefinedUntilTheyAreFitted() {
    try (var graph = new ScratchGraph();
        var batch = SyntheticImages.batch(0, 2)) {
      var tf = graph.tf();
      var images = graph.input(2, 32, 32, 3);
      var values = new float[2 * 32 * 32 * 3];
      batch.tensors().get(Batch.IMAGES).asRawTensor().data().asFloats().read(values);
      graph.feed(images, values);
      var noise = tf.zeros(tf.constant(new int[] {2, 64}), TFloat32.class);
      var loss = new Mae(graph.params(), pca(12)).apply(tf, images, noise).loss();
      graph.weights().initialise(new Draws(2));
      assertThat(graph.run(loss)[0]).isNaN();
    }
  }
}
