/**
 * Trained models as TensorFlow SavedModels: which functions they have, how a folder is written and
 * read, and the model card beside it.
 */
@NullMarked
package org.maejava.savedmodel;

import org.jspecify.annotations.NullMarked;
