package org.maejava.spark;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Models as functions of Spark SQL.
 *
 * <p>A function has one image a call, and the models are quicker in batches: for many images make a
 * view of {@link EmbedImages#over} or {@link ClassifyImages#over}. For the same reason the last
 * digits may differ from theirs.
 */
public final class SqlFunctions {

  private SqlFunctions() {}

  /**
   * Registers {@code mae_embed(content, model)}, which gives {@code struct<features, reason>}, and
   * {@code mae_classify(content, model, top)}, which gives {@code struct<classes, reason>}, with
   * what the columns of those names hold.
   */
  public static void register(SparkSession session) {
    UDF2<byte[], String, Row> embed =
        (image, model) -> ImageAnswers.one(EmbedImages.of(model), image);
    UDF3<byte[], String, Integer, Row> classify =
        (image, model, top) -> ImageAnswers.one(ClassifyImages.of(model).top(top), image);
    session.udf().register("mae_embed", embed, type(EmbedImages.of("")));
    session.udf().register("mae_classify", classify, type(ClassifyImages.of("")));
  }

  private static DataType type(ImageQuestion question) {
    return new StructType()
        .add(question.name(), question.type())
        .add(ImageAnswers.REASON, DataTypes.StringType);
  }
}
