package org.maejava.savedmodel;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.HashTable;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * Class names inside a graph: a table that is filled from the model's asset, one name a line, when
 * the model is loaded.
 */
final class ClassNameTable {

  /** The operation that holds the table. */
  static final String TABLE = "class_names";

  /** The tensor that takes the asset's path. */
  static final String FILE = "class_names.file";

  /** The operation that fills the table. */
  static final String INITIALISER = "class_names.fill";

  private static final long WHOLE_LINE = -2;
  private static final long LINE_NUMBER = -1;

  private ClassNameTable() {}

  /** The names of classes by their numbers, same shape. */
  static Operand<TString> find(Ops tf, Operand<TInt32> classes) {
    var table =
        tf.withName(TABLE).hashTable(TInt64.class, TString.class, HashTable.sharedName(TABLE));
    var file = tf.withName(FILE).placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    tf.withName(INITIALISER).initializeTableFromTextFile(table, file, LINE_NUMBER, WHOLE_LINE);
    return tf.lookupTableFind(table, tf.dtypes.cast(classes, TInt64.class), tf.constant(""));
  }
}
