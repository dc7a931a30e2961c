/** Named tensors in files: the safetensors format. */
@NullMarked
package org.maejava.weights;

import org.jspecify.annotations.NullMarked;
