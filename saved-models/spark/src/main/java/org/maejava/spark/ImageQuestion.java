package org.maejava.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.maejava.savedmodel.SavedModel;

/** What is asked of a model about every image; it travels to the executors. */
public sealed interface ImageQuestion extends Serializable permits ClassifyImages, EmbedImages {

  /**
   * Adds the answers' column, see {@link #name} and {@link #type}, and {@code reason}: null, or why
   * an image cannot be read, and then there is no answer. The images themselves are left out.
   *
   * @param images with a binary column {@code content}, as the source {@code binaryFile} gives it
   * @throws IllegalArgumentException naming the columns that are missing, misnamed or of another
   *     type
   */
  default Dataset<Row> over(Dataset<Row> images) {
    return over(images, ImageAnswers.CONTENT);
  }

  /** As {@link #over(Dataset)}, of images in another column. */
  default Dataset<Row> over(Dataset<Row> images, String column) {
    return ImageAnswers.over(this, images, column);
  }

  /** The folder of an exported model, as {@link ProcessModels} finds it. */
  String model();

  /** The answers' column. */
  String name();

  /** The answers' type. */
  DataType type();

  /**
   * One value of that type for each image.
   *
   * @param images pixel values {@code [B][H·W·C]}
   */
  List<Object> answers(SavedModel opened, float[][] images);
}
