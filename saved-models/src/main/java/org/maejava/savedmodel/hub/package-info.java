/**
 * Weights in the folders that PyTorch's libraries load: safetensors under their names, and config.
 */
@NullMarked
package org.maejava.savedmodel.hub;

import org.jspecify.annotations.NullMarked;
