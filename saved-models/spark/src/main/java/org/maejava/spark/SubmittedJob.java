package org.maejava.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Image files to a Parquet folder, as {@code spark-submit} is asked to.
 *
 * @param name of the application's class
 * @param model the folder of an exported model
 * @param images a file, a folder with all that is in it, or a pattern, wherever Spark reads
 * @param out a folder that does not exist
 * @param option a fourth argument
 * @param last how usage names that
 */
record SubmittedJob(
    String name, String model, String images, String out, Optional<String> option, String last) {

  /** Larger files are no images that are read. */
  private static final long MAX_BYTES = 1L << 28;

  /** Of an executor's heap, what one file may have. */
  private static final int SHARE = 8;

  static SubmittedJob of(String name, String last, String[] arguments) {
    if (arguments.length < 3 || arguments.length > 4) {
      throw new IllegalArgumentException(
          "%d arguments for %s MODEL IMAGES OUT %s".formatted(arguments.length, name, last));
    }
    return new SubmittedJob(
        name,
        arguments[0],
        arguments[1],
        arguments[2],
        arguments.length == 4 ? Optional.of(arguments[3]) : Optional.empty(),
        last);
  }

  /** What to throw at wrong arguments. */
  IllegalArgumentException usage(String problem) {
    return new IllegalArgumentException(
        "%s: %s MODEL IMAGES OUT %s".formatted(problem, name, last));
  }

  /** Writes {@code path}, {@code modificationTime}, {@code length}, the answers and reasons. */
  void run(ImageQuestion question) {
    var session = SparkSession.builder().appName(name).getOrCreate();
    try {
      var files =
          session.read().format("binaryFile").option("recursiveFileLookup", "true").load(images);
      long memory = session.sparkContext().conf().getSizeAsBytes("spark.executor.memory", "1g");
      long most = Math.min(MAX_BYTES, memory / SHARE);
      var small = files.where(col("length").leq(most));
      question.over(small).unionByName(tooLarge(files, most, question)).write().parquet(out);
    } finally {
      session.stop();
    }
  }

  /** They are not read: Spark ends a job at a file that has more than 2 GB. */
  private static Dataset<Row> tooLarge(Dataset<Row> files, long most, ImageQuestion question) {
    return files
        .where(col("length").gt(most))
        .drop(ImageAnswers.CONTENT)
        .withColumn(question.name(), lit(null).cast(question.type()))
        .withColumn(
            ImageAnswers.REASON,
            format_string("the file has %d bytes; at most " + most + " are read", col("length")));
  }
}
