/**
 * Weights that others wrote: files of PyTorch and safetensors, the names that libraries give to the
 * same parameters, and what can be told of a file without running anything in it.
 */
@NullMarked
package org.maejava.savedmodel.weights;

import org.jspecify.annotations.NullMarked;
