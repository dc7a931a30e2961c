package org.maejava.data;

import java.util.Arrays;
import java.util.function.Function;
import org.maejava.data.flow.Place;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;
import org.maejava.model.MaskNoise;
import org.maejava.model.PatchGrid;
import org.maejava.proto.ModelConfig;
import org.maejava.random.Draws;
import org.maejava.train.Batch;
import org.tensorflow.ndarray.Shape;

/**
 * One tensor of a batch besides the pixels: its name, its shape and how it is drawn for an image.
 *
 * @param name of the tensor, one of {@link org.maejava.train.Batch}'s
 * @param shape for one image
 * @param values for the image at a place; equal places give equal values
 */
record BatchField(String name, Shape shape, Function<Place, float[]> values) {

  /** {@link Batch#NOISE}. */
  static BatchField maskNoise(ModelConfig model, Draws draws) {
    var noise = MaskNoise.of(model);
    return new BatchField(
        Batch.NOISE,
        Shape.of(PatchGrid.of(model).count()),
        place -> noise.draw(place.draws(draws, "mask")));
  }

  /** {@link Batch#DROP_PATH}. */
  static BatchField dropPathNoise(ModelConfig model, Draws draws) {
    int branches = 2 * model.getEncoder().getDepth();
    return new BatchField(
        Batch.DROP_PATH,
        Shape.of(branches),
        place -> {
          var random = place.draws(draws, "drop-path");
          var noise = new float[branches];
          for (int branch = 0; branch < branches; branch++) {
            noise[branch] = random.nextFloat();
          }
          return noise;
        });
  }

  /**
   * {@link Batch#LABELS}, smoothed.
   *
   * @throws DataException when it is asked for an image without a class
   */
  static BatchField labels(Source source, double smoothing) {
    int classes = source.classes().size();
    return new BatchField(
        Batch.LABELS,
        Shape.of(classes),
        place -> {
          int label = place.example().label();
          if (label == Example.UNLABELLED) {
            throw new DataException(
                "the image %s has no class, where others have: %s"
                    .formatted(place.example().name(), source.about()));
          }
          var probabilities = new float[classes];
          Arrays.fill(probabilities, (float) (smoothing / classes));
          probabilities[label] = (float) (1 - smoothing + smoothing / classes);
          return probabilities;
        });
  }

  /** {@link Batch#WEIGHTS}: 1 for an image, 0 for padding. */
  static BatchField weight() {
    return new BatchField(Batch.WEIGHTS, Shape.scalar(), place -> new float[] {1});
  }
}
