package org.maejava.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.maejava.savedmodel.SavedModel;

/** What is asked of a model about every image; it travels to the executors. */
interface ImageQuestion extends Serializable {

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
