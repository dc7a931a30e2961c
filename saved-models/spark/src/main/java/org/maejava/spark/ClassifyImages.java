package org.maejava.spark;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.maejava.savedmodel.Ranking;
import org.maejava.savedmodel.SavedModel;

/**
 * What an exported classifier says of images: the likeliest classes, the same to the last bit as
 * those of {@code mae classify --data}.
 *
 * @param model the folder of an exported classifier: a path that every executor sees, or the
 *     relative path of what Spark distributes ({@code --archives})
 * @param top how many classes; all if the model has fewer
 */
public record ClassifyImages(String model, int top) implements ImageQuestion {

  private static final long serialVersionUID = 1;

  private static final int USUAL = 5;

  /**
   * A question.
   *
   * @throws IllegalArgumentException if no class is asked for
   */
  public ClassifyImages {
    if (top < 1) {
      throw new IllegalArgumentException("top " + top + " must be at least 1");
    }
  }

  /** The five likeliest classes. */
  public static ClassifyImages of(String model) {
    return new ClassifyImages(model, USUAL);
  }

  /** So many. */
  public ClassifyImages top(int count) {
    return new ClassifyImages(model, count);
  }

  /** {@code classes}, likeliest first. */
  @Override
  public String name() {
    return "classes";
  }

  /**
   * {@code array<struct<index, name, probability>>}; where names are not known they are the
   * indices.
   */
  @Override
  public DataType type() {
    return DataTypes.createArrayType(
        new StructType()
            .add("index", DataTypes.IntegerType, false)
            .add("name", DataTypes.StringType, false)
            .add("probability", DataTypes.FloatType, false),
        false);
  }

  @Override
  public List<Object> answers(SavedModel opened, float[][] images) {
    return opened.rankings(images).stream().map(this::rows).toList();
  }

  private Object rows(Ranking ranking) {
    return ranking.top(top).stream()
        .map(score -> RowFactory.create(score.index(), score.name(), score.probability()))
        .toArray(Row[]::new);
  }

  /**
   * For {@code spark-submit}.
   *
   * @param arguments model, images and the Parquet folder to write; the number of classes may
   *     follow
   */
  public static void main(String[] arguments) {
    var job = SubmittedJob.of("ClassifyImages", "[TOP]", arguments);
    var question = ClassifyImages.of(job.model());
    try {
      job.run(job.option().map(Integer::parseInt).map(question::top).orElse(question));
    } catch (NumberFormatException e) {
      throw job.usage(job.option().orElseThrow() + " is no number of classes");
    }
  }
}
