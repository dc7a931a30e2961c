package org.maejava.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.maejava.savedmodel.SavedModel;
import org.maejava.savedmodel.Signatures;

/**
 * What an exported model sees in images: its features, the same to the last bit as those of {@code
 * mae embed}.
 *
 * @param model the folder of an exported model: a path that every executor sees, or the relative
 *     path of what Spark distributes ({@code --archives})
 * @param output {@link Signatures#FEATURES} or {@link Signatures#AVERAGE}
 */
public record EmbedImages(String model, String output) implements ImageQuestion {

  private static final long serialVersionUID = 1;

  /** Of the class token, or a classifier's pooled features. */
  public static EmbedImages of(String model) {
    return new EmbedImages(model, Signatures.FEATURES);
  }

  /** The mean of the patches' tokens instead. */
  public EmbedImages average() {
    return new EmbedImages(model, Signatures.AVERAGE);
  }

  @Override
  public String name() {
    return "features";
  }

  @Override
  public DataType type() {
    return DataTypes.createArrayType(DataTypes.FloatType, false);
  }

  @Override
  public List<Object> answers(SavedModel opened, float[][] images) {
    return Arrays.stream(opened.features(images, output)).map(EmbedImages::boxed).toList();
  }

  /** Spark takes arrays of objects. */
  private static Object boxed(float[] values) {
    var boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  /**
   * For {@code spark-submit}.
   *
   * @param arguments model, images and the Parquet folder to write; {@code average} may follow
   */
  public static void main(String[] arguments) {
    var job = SubmittedJob.of("EmbedImages", "[average]", arguments);
    job.run(
        job.option()
            .map(
                word -> {
                  if (!word.equals("average")) {
                    throw job.usage("%s is not \"average\"".formatted(word));
                  }
                  return EmbedImages.of(job.model()).average();
                })
            .orElseGet(() -> EmbedImages.of(job.model())));
  }
}
