/** Images with a class for every pixel. */
@NullMarked
package org.maejava.data.segment;

import org.jspecify.annotations.NullMarked;
