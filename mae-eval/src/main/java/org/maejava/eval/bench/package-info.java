/** How long things take. */
@NullMarked
package org.maejava.eval.bench;

import org.jspecify.annotations.NullMarked;
