/** The loop that moves parameters, and the checkpoints it goes on from. */
@NullMarked
package org.maejava.train;

import org.jspecify.annotations.NullMarked;
