/**
 * Exported models over the images of an Apache Spark DataFrame: features with {@link
 * org.maejava.spark.EmbedImages}, classes with {@link org.maejava.spark.ClassifyImages}, both in
 * SQL with {@link org.maejava.spark.SqlFunctions}.
 */
@NullMarked
package org.maejava.spark;

import org.jspecify.annotations.NullMarked;
