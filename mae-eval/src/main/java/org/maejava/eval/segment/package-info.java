/** What frozen patch tokens know of every pixel. */
@NullMarked
package org.maejava.eval.segment;

import org.jspecify.annotations.NullMarked;
