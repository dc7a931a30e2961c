/** Named tensors at rest: the safetensors format. */
package org.maejava.weights;
